/** How engine presets are named, and the order in which every table and chart shows them. */

export interface PresetName {
  readonly engine: string;
  readonly preset: string;
}

/** Built-in engines come first, from the baseline to the most elaborate; others follow by name. */
const BUILT_IN = ['unreplicated', 'primary-replica', 'multi-primary', 'raft'];

/** `engine:preset`, or only the engine for its default preset. */
export function presetLabel({ engine, preset }: PresetName): string {
  return preset === 'default' || preset === '' ? engine : `${engine}:${preset}`;
}

const rank = (engine: string): number => {
  const position = BUILT_IN.indexOf(engine);
  return position < 0 ? BUILT_IN.length : position;
};

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function comparePresets(a: PresetName, b: PresetName): number {
  return (
    rank(a.engine) - rank(b.engine) ||
    compareText(a.engine, b.engine) ||
    Number(a.preset !== 'default') - Number(b.preset !== 'default') ||
    compareText(a.preset, b.preset)
  );
}

interface NamedRow {
  readonly engine?: string | undefined;
  readonly preset?: string | undefined;
}

export const presetOf = (row: NamedRow): PresetName => ({ engine: row.engine ?? '', preset: row.preset ?? 'default' });

/** The rows of each preset, presets in the order above, rows in the order in which they came. */
export function groupByPreset<Row extends NamedRow>(
  rows: readonly Row[],
): { name: PresetName; label: string; rows: Row[] }[] {
  const groups = new Map<string, { name: PresetName; label: string; rows: Row[] }>();
  for (const row of rows) {
    const name = presetOf(row);
    const label = presetLabel(name);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, { name, label, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()].sort((a, b) => comparePresets(a.name, b.name));
}
