/** Drawing with ECharts on the server: no browser, no fonts measured, the same bytes for the same rows. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { FONT, GRID, INK, MUTED, PAPER, WIDTH } from './theme.ts';

use([CustomChart, LineChart, ScatterChart, GridComponent, GraphicComponent, SVGRenderer]);

/** An ECharts option, or a part of one; ECharts itself takes any. */
export type Option = Readonly<Record<string, unknown>>;

export interface Chart {
  /** Name of its file, without `.svg`. */
  readonly name: string;
  /** What is seen, in one sentence: the page's caption and the text for those who cannot see it. */
  readonly caption: string;
  readonly svg: string;
}

/**
 * Renders to SVG. ECharts numbers its instances and style classes across all charts of a process, for a pointer that hovers
 * over them: the classes go, and the names that remain begin with the chart's, so that several fit on one page.
 */
export function renderSvg(name: string, caption: string, height: number, option: Option): Chart {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, backgroundColor: PAPER, textStyle: { fontFamily: FONT }, ...option });
    const drawn = chart
      .renderToSVGString()
      .replace(/\bzr\d+-/g, `${name}-`)
      .replace(/<style\b[\s\S]*?<\/style>\n?/g, '')
      .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
      // Not every program that shows SVG knows this attribute; all know a shift by part of the letters' height.
      .replace(/ dominant-baseline="central"/g, ' dy="0.35em"');
    const title = caption.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    const svg = drawn.replace(/^(<svg\b[^>]*?)>/, `$1 role="img">\n<title>${title}</title>`);
    return { name, caption, svg: `${svg}\n` };
  } finally {
    chart.dispose();
  }
}

export interface TextOptions {
  readonly size?: number;
  readonly colour?: string;
  readonly bold?: boolean;
  readonly align?: 'left' | 'center' | 'right';
  /** Counter-clockwise, in degrees. */
  readonly turn?: number;
  readonly halo?: boolean;
}

/** Text at a pixel position, its middle at `y`. */
export function textAt(x: number, y: number, text: string, options: TextOptions = {}): Option {
  const { size = 12, colour = INK, bold = false, align = 'left', turn = 0, halo = false } = options;
  return {
    type: 'text',
    x,
    y,
    rotation: (turn * Math.PI) / 180,
    silent: true,
    z: 100,
    style: {
      text,
      fill: colour,
      font: `${bold ? 'bold ' : ''}${size}px ${FONT}`,
      align,
      verticalAlign: 'middle',
      // A rim in the paper's colour keeps text readable across lines.
      ...(halo ? { stroke: PAPER, lineWidth: 3 } : {}),
    },
  };
}

export function lineAt(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): Option {
  return { type: 'line', silent: true, shape: { x1, y1, x2, y2 }, style: { stroke: colour, lineWidth: width } };
}

/** A chart's title and the line below it that says what is seen. */
export function heading(title: string, subtitle: string): Option[] {
  return [textAt(24, 26, title, { size: 17, bold: true }), textAt(24, 50, subtitle, { size: 12.5, colour: MUTED })];
}

export interface Scale {
  readonly min: number;
  readonly max: number;
  /** Pixel position of a value. */
  readonly at: (value: number) => number;
}

export function linearScale(min: number, max: number, from: number, to: number): Scale {
  return { min, max, at: (value) => from + ((value - min) / (max - min)) * (to - from) };
}

/** A logarithmic scale over the values, widened to ticks of 1, 2 or 5 times a power of ten. */
export function logScale(
  values: readonly number[],
  from: number,
  to: number,
): Scale & { readonly ticks: readonly number[] } {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.ceil(Math.log10(high)); power++) {
    for (const step of [1, 2, 5]) ticks.push(Number((step * 10 ** power).toPrecision(1)));
  }
  const min = ticks.findLast((tick) => tick <= low)!;
  const max = ticks.find((tick) => tick >= high && tick > min) ?? ticks.at(-1)!;
  const at = (value: number): number => from + (Math.log(value / min) / Math.log(max / min)) * (to - from);
  return { min, max, at, ticks: ticks.filter((tick) => tick >= min && tick <= max) };
}

/**
 * Moves label positions apart until neighbours are at least `gap` pixels apart, within [low, high], keeping their order.
 * Returns the positions in the order of the input.
 */
export function spreadLabels(wanted: readonly number[], gap: number, low: number, high: number): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const placed = order.map((index) => wanted[index]!);
  for (let i = 0; i < placed.length; i++) {
    placed[i] = Math.max(placed[i]!, i === 0 ? low : placed[i - 1]! + gap);
  }
  for (let i = placed.length - 1; i >= 0; i--) {
    placed[i] = Math.min(placed[i]!, i === placed.length - 1 ? high : placed[i + 1]! - gap);
  }
  const result: number[] = [];
  order.forEach((index, position) => {
    result[index] = placed[position]!;
  });
  return result;
}

/** The common look of an axis; `options` come last. */
export function axis(options: Option): Option {
  return {
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: GRID, width: 1 } },
    axisLabel: { color: MUTED, fontSize: 12, fontFamily: FONT },
    nameTextStyle: { color: MUTED, fontSize: 12, fontFamily: FONT },
    ...options,
  };
}

/** An axis that only carries a scale: the chart draws its own grid lines and labels. */
export const bareAxis = (options: Option): Option => ({ ...axis(options), show: false });
