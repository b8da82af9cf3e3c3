/** Small pieces of HTML. Everything that is text goes through `escapeHtml`. */

import { roundNumber } from '../csv.ts';
import type { Section } from '../scorecard/section.ts';
import type { Column } from '../tables/column.ts';
import { TABLES, type TableName, type TableRow } from '../tables.ts';
import { unitText } from './units.ts';

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

export function listOf(items: readonly string[], className: string): string {
  if (items.length === 0) return '';
  return `<ul class="${className}">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

/** Names and values in two columns. */
export function factsTable(facts: readonly (readonly [name: string, value: string])[]): string {
  const rows = facts.map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table class="facts"><tbody>${rows.join('')}</tbody></table>`;
}

export function sectionTable(section: Section): string {
  const align = (index: number): string => (section.columns[index]!.align === 'right' ? ' class="number"' : '');
  const head = section.columns.map(
    (column, index) => `<th scope="col"${align(index)}>${escapeHtml(column.title)}</th>`,
  );
  const body = section.rows.map((row) => {
    const cells = row.map(({ text, tone }, index) => {
      const inner = tone === undefined ? escapeHtml(text) : `<span class="${tone}">${escapeHtml(text)}</span>`;
      return index === 0 ? `<th scope="row">${inner}</th>` : `<td${align(index)}>${inner}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  const notes = section.footnotes.map((note) => `<p class="note">${escapeHtml(note)}</p>`).join('');
  return (
    `<section><h2>${escapeHtml(section.title)}</h2><p class="note">${escapeHtml(section.note)}</p>` +
    `<div class="wide"><table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>${notes}</section>`
  );
}

function cellText(value: string | number | boolean | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'number' ? String(roundNumber(value)) : escapeHtml(String(value));
}

/** A table of the run, folded away; columns without any value are left out, void rows are marked. */
export function dataTable<Name extends TableName>(name: Name, rows: readonly TableRow<Name>[]): string {
  const records = rows as readonly { readonly [column: string]: string | number | boolean | undefined }[];
  const columns = (TABLES[name].columns as readonly Column[]).filter((column) =>
    records.some((record) => record[column.name] !== undefined),
  );
  const head = columns.map((column) => {
    const unit = unitText(column.unit);
    return `<th scope="col" title="${escapeHtml(`${column.description}${unit}`)}">${escapeHtml(column.name)}</th>`;
  });
  const body = records.map((record) => {
    const cells = columns.map(
      (column) => `<td${column.type === 'string' ? '' : ' class="number"'}>${cellText(record[column.name])}</td>`,
    );
    return `<tr${record.valid === false ? ' class="void"' : ''}>${cells.join('')}</tr>`;
  });
  return (
    `<details><summary>${escapeHtml(name)}.csv: ${rows.length} rows</summary><p class="note">${escapeHtml(TABLES[name].description)}</p>` +
    `<div class="wide"><table class="data"><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('\n')}</tbody></table></div></details>`
  );
}
