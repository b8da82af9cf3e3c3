/** How charts look: sizes, type, neutral inks, and one colour for each engine, always the same. */
import { comparePresets, type PresetName, presetLabel } from '../presets.ts';

export const WIDTH = 1000;
export const FONT = 'system-ui, Segoe UI, Roboto, Helvetica, Arial, DejaVu Sans, sans-serif';

/** Neutral colours. The page puts its own in their place, light or dark: see `PAGE_COLOURS`. */
export const INK = '#1d2733';
export const MUTED = '#5d6b7a';
export const GRID = '#e3e8ed';
export const PAPER = '#ffffff';
export const OUTAGE = '#f6dcdc';
/** Operations that failed or stayed unknown. */
export const FAILED = '#a3123a';

/** Of the engines' colours the one that a dark page has to lighten. */
const BLUE = '#0072b2';

/** Colours by the name of the page's variable that replaces them. */
export const PAGE_COLOURS: { readonly [variable: string]: string } = {
  '--ink': INK,
  '--muted': MUTED,
  '--grid': GRID,
  '--paper': PAPER,
  '--outage': OUTAGE,
  '--failed': FAILED,
  '--blue': BLUE,
};

/** The palette of Okabe and Ito, which people with any of the common colour blindnesses can tell apart. */
const BUILT_IN: { readonly [engine: string]: string } = {
  unreplicated: '#7b8591',
  'primary-replica': '#d55e00',
  'multi-primary': '#009e73',
  raft: BLUE,
};
/** Of engines from outside, and of what else is told apart by colour alone. */
export const FURTHER = ['#cc79a7', '#e69f00', '#56b4e9', '#8c6d1f', '#7a5ea8', '#b2182b'];

/** Presets of one engine share its colour and differ in their dashes. */
const DASHES: readonly (readonly number[] | undefined)[] = [undefined, [7, 4], [2, 3], [9, 3, 2, 3], [1, 5]];

export interface PresetStyle {
  readonly colour: string;
  /** Lengths of strokes and gaps; undefined: a solid line. */
  readonly dash: readonly number[] | undefined;
}

/** The style of each preset that a run has, by its label. Engines from outside get further colours in order of name. */
export function presetStyles(presets: readonly PresetName[]): ReadonlyMap<string, PresetStyle> {
  const styles = new Map<string, PresetStyle>();
  const outside = [
    ...new Set(presets.map(({ engine }) => engine).filter((engine) => BUILT_IN[engine] === undefined)),
  ].sort();
  const seen = new Map<string, number>();
  for (const name of [...presets].sort(comparePresets)) {
    const label = presetLabel(name);
    if (styles.has(label)) continue;
    const position = seen.get(name.engine) ?? 0;
    seen.set(name.engine, position + 1);
    const colour = BUILT_IN[name.engine] ?? FURTHER[outside.indexOf(name.engine) % FURTHER.length]!;
    styles.set(label, { colour, dash: DASHES[position % DASHES.length] });
  }
  return styles;
}
