import type { Unit } from '../tables/column.ts';

/** A unit as the end of a column's description. */
export const unitText = (unit: Unit): string => (unit === '' ? '' : ` Unit: ${unit}.`);
