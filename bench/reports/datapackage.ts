/** `datapackage.json`: the tables' schemas for anyone's tools, as a Frictionless Tabular Data Package, version 1. */
import { TABLES, type TableName, tableFile } from './tables.ts';

export interface DataPackage {
  readonly profile: 'tabular-data-package';
  readonly name: string;
  readonly title: string;
  readonly resources: readonly DataResource[];
}

export interface DataResource {
  readonly profile: 'tabular-data-resource';
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly format: 'csv';
  readonly mediatype: 'text/csv';
  readonly encoding: 'utf-8';
  readonly schema: {
    readonly fields: readonly { name: string; type: string; description: string; unit?: string }[];
    readonly missingValues: readonly string[];
  };
}

function resource(name: TableName): DataResource {
  const { columns, description } = TABLES[name];
  return {
    profile: 'tabular-data-resource',
    name,
    path: tableFile(name),
    description,
    format: 'csv',
    mediatype: 'text/csv',
    encoding: 'utf-8',
    schema: {
      fields: columns.map((column) => ({
        name: column.name,
        type: column.type,
        description: column.description,
        ...(column.unit === '' ? {} : { unit: column.unit }),
      })),
      missingValues: [''],
    },
  };
}

/** @param names The tables that exist. A package's name may hold only lower-case letters, digits, `-`, `_` and `.`. */
export function dataPackage(runName: string, title: string, names: readonly TableName[]): DataPackage {
  return {
    profile: 'tabular-data-package',
    name: runName.toLowerCase().replace(/[^a-z0-9._-]+/g, '-') || 'run',
    title,
    resources: names.map(resource),
  };
}
