/** What is told of one random trial: for people, for programs, and as the command that runs it again. */

import type { HistoryLine } from '../history-line.ts';
import { type Paint, painter, plain, type TextStyle, wrap } from '../reports/terminal.ts';
import { shortened, shortText, WHOLE } from '../short-text.ts';
import type { Delay } from '../topologies/links.ts';
import type { Breach } from './demands.ts';
import type { Environment } from './environment.ts';
import { PLAIN, type RandomTrial } from './request.ts';
import type { RandomVerdict } from './trial.ts';

/** What was tested, as the user named it. */
export interface Named {
  /** `raft:etcd`. */
  readonly label: string;
  /** As `--engine` takes it, such as `./mine.js:fast`. */
  readonly engine: string;
  /** As `--set` takes them. */
  readonly settings: readonly string[];
  readonly plan: string | undefined;
  /** The preset as it is, for what was changed in it. */
  readonly options: object;
}

/** Of a value in one line. */
const VALUE_MAX = 40;

export interface Told {
  readonly named: Named;
  readonly trial: RandomTrial;
  readonly breach: Breach | undefined;
  /** Undefined: the trial never ended. */
  readonly verdict: RandomVerdict | undefined;
  readonly shrunk?: { readonly runs: number; readonly faults: number };
}

/** Complete, to be copied. */
export function replayCommand({ engine, settings, plan }: Named, trial: RandomTrial): string {
  const { only, nodes, clients, safetyMs, plain: plainest = [] } = trial;
  const flags: (string | false)[] = [
    ...settings.map((setting) => `--set ${setting}`),
    plan !== undefined && `--faults ${plan}`,
    only !== undefined && `--only ${only.join(',') || 'none'}`,
    nodes !== undefined && `--nodes ${nodes}`,
    clients !== undefined && `--clients ${clients}`,
    safetyMs !== undefined && `--safety-ms ${safetyMs}`,
    plainest.length > 0 && `--plain ${plainest.length === PLAIN.length ? 'all' : plainest.join(',')}`,
  ];
  const words = flags
    .filter((flag) => flag !== false)
    .flatMap((flag) => {
      const space = flag.indexOf(' ');
      return [flag.slice(0, space), quoted(flag.slice(space + 1))];
    });
  return ['npm run bench -- replay', trial.seed, '--engine', quoted(engine), ...words].join(' ');
}

/** As a shell takes it for one word. */
const quoted = (word: string): string => (/^[\w.,:/=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

export function reportText(told: Told, style: TextStyle): string {
  const { named, trial, breach, verdict, shrunk } = told;
  const paint = painter(style.colour);
  const lines: string[] = [];
  const say = (text: string, indent = '  '): void =>
    void lines.push(...wrap(`  ${plain(text)}`, style.columns, indent));
  const title = `seed ${trial.seed} ${breach === undefined ? `breaks nothing of ${named.label}` : `breaks ${named.label}`}`;
  lines.push(paint(title, breach === undefined ? 'bold' : 'bad'));
  if (breach !== undefined) say(sentenceOf(breach));
  for (const line of breach?.operations ?? []) say(`  ${operationText(line)}`, '      ');
  if (verdict?.isBeyond) say('These faults go beyond its claims: what is found is only counted.');
  if (verdict !== undefined) {
    lines.push('', paint('Surroundings', 'bold'));
    say(`${surroundings(verdict.environment, named.options).join('; ')}.`);
    lines.push('', paint(faultsTitle(verdict, shrunk), 'bold'), ...faultLines(verdict, style, paint));
  }
  const copies = verdict && copiesText(verdict.copies);
  if (copies !== undefined) say(copies);
  lines.push('', paint('Again', 'bold'), `  ${replayCommand(named, trial)}`);
  return `${lines.join('\n')}\n`;
}

export function reportJson({ named, trial, breach, verdict, shrunk }: Told): object {
  return {
    seed: trial.seed,
    engine: named.label,
    property: breach?.property ?? null,
    sentence: breach?.sentence ?? null,
    ...(verdict && {
      atMs: verdict.atMs,
      surroundings: surroundings(verdict.environment, named.options),
      faults: verdict.faults,
      happened: verdict.happened,
      counts: verdict.counts,
      copies: verdict.copies ?? null,
      beyond: verdict.isBeyond,
      traceHash: verdict.traceHash,
    }),
    ...(shrunk && { shrunk }),
    trial,
    replay: replayCommand(named, trial),
  };
}

/** What became of the copies once all was healed and quiet. */
function copiesText(copies: RandomVerdict['copies']): string | undefined {
  if (copies === undefined) return undefined;
  if (copies.equal) return `Within ${Math.ceil(copies.afterMs)} ms of quiet all copies were equal.`;
  const keys = copies.keys === 1 ? 'one key' : `${copies.keys} keys`;
  return `When all was quiet the copies of ${keys} were not equal: ${copies.why}.`;
}

/** Engines' own invariants begin with their name. */
const sentenceOf = ({ property, sentence }: Breach): string =>
  sentence.startsWith(property) ? sentence : `${property}: ${sentence}`;

function faultsTitle({ happened }: RandomVerdict, shrunk: Told['shrunk']): string {
  const many = (count: number): string => `${count} ${count === 1 ? 'fault' : 'faults'}`;
  const found = shrunk && `; the shortest schedule found in ${shrunk.runs} trials, ${shrunk.faults} before`;
  return `What was done (${many(happened.length)}${found ?? ''})`;
}

/** An operation of a history in one line. */
function operationText({ process, op, key, value, expected, start, end, outcome }: HistoryLine): string {
  const times = `${start.toFixed(1)} to ${end === null ? 'the end' : `${end.toFixed(1)} ms`}`;
  const texts = [op === 'cas' && expected, value].filter((text) => text !== false && text !== undefined);
  const values = texts.map((text) => ` ${shortened(text ?? 'nothing', VALUE_MAX)}`).join(' to');
  return `${process}, ${times}: ${op} ${key}${values}, ${outcome}`;
}

/** Numbered, but for what only ends something. */
function faultLines({ faults, atMs, breach }: RandomVerdict, { columns }: TextStyle, paint: Paint): string[] {
  let number = 0;
  const line = (sign: string, atText: string, text: string): string[] => {
    const head = `${sign.padStart(4)} ${atText.padStart(9)} ms  `;
    const indent = ' '.repeat(head.length);
    const [first, ...others] = wrap(`${indent}${plain(text)}`, columns, indent);
    return [head + first!.trimStart(), ...others];
  };
  const lines = faults.flatMap((fault) => {
    const [atText, ...words] = fault.split(' ');
    const text = words.join(' ');
    return line(text.startsWith('end of ') ? '' : `${++number}`, atText!, text);
  });
  if (breach === undefined) return lines.length > 0 ? lines : ['  nothing'];
  return [...lines, ...line('X', atMs.toFixed(1), `broken: ${breach.property}`).map((text) => paint(text, 'bad'))];
}

/** In a few phrases. */
function surroundings({ members, habits, links, node, clocks, options }: Environment, preset: object): string[] {
  const shares = [
    links.lossShare > 0 && `${links.lossShare * 100} % are lost`,
    links.duplicateShare > 0 && `${links.duplicateShare * 100} % arrive twice`,
    links.reorderShare > 0 &&
      (links.reorderShare < 1 ? `${links.reorderShare * 100} % may be overtaken` : 'any may be overtaken'),
  ].filter((share) => share !== false);
  const changed = Object.entries(options).filter(
    ([name, value]) => shortText(value, WHOLE) !== shortText((preset as Record<string, unknown>)[name], WHOLE),
  );
  const off = clocks.map((fault) => {
    if (fault.kind === 'skew') return `${fault.node} ${fault.skewMs} ms`;
    return fault.kind === 'drift' ? `${fault.node} ${fault.ppm} ppm` : fault.kind;
  });
  return [
    `${members.length} nodes`,
    `${habits.clients} ${habits.clients === 1 ? 'client' : 'clients'}`,
    `messages take ${delayText(links.delay)}${shares.map((share) => `, ${share}`).join('')}`,
    `a sync takes ${delayText(node.sync)}`,
    off.length === 0 ? 'clocks are true' : `clocks are off: ${off.join(', ')}`,
    changed.length === 0
      ? 'options as in the preset'
      : `options ${changed.map(([name, value]) => `${name}=${shortText(value)}`).join(' ')}`,
  ];
}

const delayText = (delay: Delay): string =>
  delay.kind === 'uniform' ? `${delay.lowMs} to ${delay.highMs} ms` : shortText(delay);
