/** How space-time diagrams look: inks, sizes, and a colour for each type of message. */
import { INK } from '../../../reports/charts/theme.ts';

export { FAILED, FONT, INK, MUTED, PAPER } from '../../../reports/charts/theme.ts';

/** After the palette of Okabe and Ito, which people with any of the common colour blindnesses can tell apart; dark enough for text. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#c0619a', '#3d9bd6', '#b98900', '#7a5ea8', '#6b6b6b'];
/** From the ninth type on, colours come again as dashes. */
const DASHES = [undefined, '7 3', '2 3', '9 3 2 3'];

export interface TypeStyle {
  readonly colour: string;
  readonly dash: string | undefined;
}

/** The look of each type of message, in the order of their names, so that one trial's diagrams agree. */
export function typeStyles(types: ReadonlySet<string>): ReadonlyMap<string, TypeStyle> {
  const sorted = [...types].sort();
  return new Map(
    sorted.map((type, i) => [
      type,
      { colour: COLOURS[i % COLOURS.length]!, dash: DASHES[Math.floor(i / COLOURS.length) % DASHES.length] },
    ]),
  );
}

/** Whose line is thick: the one node that others follow, in any engine's word for it. */
export const isLeading = (role: string | undefined): boolean => role !== undefined && /^(?:leader|primary)$/.test(role);

/** Roles on the way to leading, or anything but the usual. */
const isSeeking = (role: string | undefined): boolean => role !== undefined && /candidat|elect|canvass/.test(role);

export interface LineStyle {
  readonly colour: string;
  readonly width: number;
}

/** The line of a node that is up. */
export function roleStyle(role: string | undefined): LineStyle {
  if (isLeading(role)) return { colour: INK, width: 9 };
  if (isSeeking(role)) return { colour: '#e69f00', width: 7 };
  return { colour: '#a9b8c7', width: 5 };
}

export const GAP_PAPER = '#f3f5f8';
export const HIGHLIGHT = '#fff0b3';
export const HEALED = '#00734f';
