/** Every fault of the vocabulary as a step of a script: its kind, whom it hits, and how much. */
import type { End, Fault, FaultKind, OnLink } from '../../faults/vocabulary.ts';

const LINKS = 'END … | END …, or > for one way';

/** By kind: what follows it; capitals are to be filled in. An END is a node or `clients-of-ZONE`. */
const FORMS: { readonly [Kind in FaultKind]: string } = {
  kill: 'NODE',
  vanish: 'NODE [keep=NUMBER]',
  pause: 'NODE',
  slow: 'NODE perInputMs=NUMBER',
  'kill-zone': 'ZONE',
  'power-cut': '',
  cut: LINKS,
  delay: `${LINKS} delayMs=NUMBER [type=TYPE]`,
  drop: `${LINKS} share=NUMBER [type=TYPE]`,
  duplicate: `${LINKS} share=NUMBER [type=TYPE]`,
  reorder: `${LINKS} share=NUMBER delayMs=NUMBER [type=TYPE]`,
  hold: `${LINKS} [type=TYPE]`,
  'cut-zone': 'ZONE [clients=inside|outside]',
  'slow-disk': 'NODE syncMs=NUMBER',
  'stall-disk': 'NODE',
  'scatter-syncs': 'NODE syncMs=NUMBER',
  'fill-disk': 'NODE',
  'read-error': 'NODE',
  'corrupt-log': 'NODE',
  wipe: 'NODE',
  skew: 'NODE skewMs=NUMBER',
  drift: 'NODE ppm=NUMBER',
};

/** Each as it is written in a script. */
export const FAULT_STEPS = Object.fromEntries(
  Object.entries(FORMS).map(([kind, form]) => [kind, `${kind} ${form}`.trim()]),
) as { readonly [Kind in FaultKind]: string };

/** The faults that a step stands for, one for each pair of ends; undefined: it is not written as its form says. */
export function faultsOf(
  kind: FaultKind,
  words: readonly string[],
  settings: ReadonlyMap<string, string>,
): readonly Fault[] | undefined {
  const form = FORMS[kind];
  const parameters = parametersOf(form, settings);
  const places = placesOf(form, words);
  // The forms say the same as the types.
  return parameters && places?.map((place) => ({ kind, ...place, ...parameters }) as Fault);
}

function parametersOf(form: string, settings: ReadonlyMap<string, string>): object | undefined {
  const wanted = [...form.matchAll(/(\[?)(\w+)=([\w|]+)/g)];
  if (![...settings.keys()].every((name) => wanted.some((parameter) => parameter[2] === name))) return undefined;
  const parameters: Record<string, string | number> = {};
  for (const [, optional, name, what] of wanted) {
    const text = settings.get(name!);
    if (text === undefined && optional === '') return undefined;
    if (text === undefined) continue;
    const value = what === 'NUMBER' ? Number(text) : text;
    if (Number.isNaN(value) || (what!.includes('|') && !what!.split('|').includes(text))) return undefined;
    parameters[name!] = value;
  }
  return parameters;
}

function placesOf(form: string, words: readonly string[]): readonly object[] | undefined {
  if (form.startsWith(LINKS)) return linksOf(words);
  const [place] = words;
  if (form === '') return place === undefined ? [{}] : undefined;
  if (words.length !== 1) return undefined;
  return [form.startsWith('NODE') ? { node: place } : { zone: place }];
}

function linksOf(words: readonly string[]): readonly OnLink[] | undefined {
  const at = words.findIndex((word) => word === '|' || word === '>');
  const [from, to] = [words.slice(0, Math.max(0, at)).map(endOf), words.slice(at + 1).map(endOf)];
  if (from.length === 0 || to.length === 0) return undefined;
  const way = words[at] === '>' ? { oneWay: true } : {};
  return from.flatMap((a) => to.map((b) => ({ from: a, to: b, ...way })));
}

function endOf(word: string): End {
  const zone = /^clients-of-(.+)$/.exec(word)?.[1];
  return zone === undefined ? { node: word } : { clientsOf: zone };
}
