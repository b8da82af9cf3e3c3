/** Small pieces of SVG. Everything that is text goes through `escapeXml`; coordinates have one decimal. */
import { escapeHtml } from '../../../reports/page/html.ts';

export interface Attributes {
  readonly [name: string]: string | number | undefined;
}

/** Engines may say anything, also what no XML file may contain. */
export const escapeXml = (text: string): string =>
  escapeHtml(text.replace(/[^\P{Cc}\n]|[\p{Surrogate}\ufffe\uffff]/gu, '\ufffd')).replace(/\n/g, '&#10;');

export const pixels = (value: number): string => String(Number(value.toFixed(1)));

/** An element; attributes that are undefined are left out. The content is SVG already. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  let head = `<${name}`;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) head += ` ${key}="${typeof value === 'number' ? pixels(value) : escapeXml(value)}"`;
  }
  return content.length === 0 ? `${head}/>` : `${head}>${content.join('')}</${name}>`;
}

/** What is shown when the pointer rests on the element around it. */
export const tooltip = (text: string): string => element('title', {}, escapeXml(text));

export interface TextStyle {
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly anchor?: 'start' | 'middle' | 'end';
  /** Clockwise, in degrees. */
  readonly turn?: number;
  /** The rim around the letters that keeps them readable across lines. */
  readonly halo?: string;
}

/** One line of text, its middle at `y`. */
export function textAt(x: number, y: number, text: string, style: TextStyle = {}): string {
  const { size = 11, colour, bold = false, anchor, turn = 0, halo } = style;
  return element(
    'text',
    {
      x,
      y,
      dy: '0.35em',
      'font-size': size,
      fill: colour,
      'font-weight': bold ? 'bold' : undefined,
      'text-anchor': anchor,
      transform: turn === 0 ? undefined : `rotate(${pixels(turn)} ${pixels(x)} ${pixels(y)})`,
      stroke: halo,
      'stroke-width': halo === undefined ? undefined : 3,
      'stroke-linejoin': halo === undefined ? undefined : 'round',
      'paint-order': halo === undefined ? undefined : 'stroke',
    },
    escapeXml(text),
  );
}

/** About as wide as the widest of the usual fonts makes it. */
export const textWidth = (text: string, size = 11): number => [...text].length * size * 0.6;

export function lineAt(x1: number, y1: number, x2: number, y2: number, more: Attributes): string {
  return element('line', { x1, y1, x2, y2, ...more });
}
