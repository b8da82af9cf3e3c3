/** What an engine may not touch: it runs in virtual time and on real threads alike, and must do the same in both. */
import { at, forbid, isTest, type Rule, type Source, type Violation } from './source.ts';

/** A global of JavaScript or Node, and what an engine uses instead. */
const GLOBALS: readonly (readonly [names: string, instead: string])[] = [
  ['Date|performance', 'time comes from host.now() and host.wallClock()'],
  [
    'setTimeout|setInterval|setImmediate|queueMicrotask|clearTimeout|clearInterval',
    'timers are set with host.setTimer()',
  ],
  ['crypto', 'chance comes from host.random()'],
  ['fetch|WebSocket|MessageChannel|BroadcastChannel|Worker', 'messages leave by host.send()'],
  ['console', 'an engine speaks by host.note()'],
  ['Promise', 'a handler runs to completion'],
  ['globalThis|global|require', 'an engine has no state or world of its own'],
  ['SharedArrayBuffer|Atomics', 'nothing is shared between nodes'],
  ['WeakRef|FinalizationRegistry', 'what they see depends on the garbage collector'],
];

const name = (names: string): RegExp => new RegExp(`(?<![.\\w$])(?:${names})(?![\\w$])(?!\\s*\\??:)`, 'g');

const forbiddenWords: readonly (readonly [pattern: RegExp, why: string])[] = [
  ...GLOBALS.map(([names, instead]) => [name(names), instead] as const),
  // A member, parameter or variable may be called `process`; only the global has members that are read.
  [/(?<![.\w$])process\s*[.[]/g, 'an engine has no state or world of its own'],
  [/(?<![.\w$])Math\s*\.\s*random\b/g, 'chance comes from host.random()'],
  [/(?<![.\w$])async(?:\s+[\w$#*[(]|\()/g, 'a handler runs to completion'],
  [/(?<![.\w$])await\s/g, 'a handler runs to completion'],
  [/\.\s*(?:localeCompare|toLocale\w+)\b|(?<![.\w$])Intl\b/g, "the order of words differs between machines' locales"],
];

export const purityRule: Rule = (source) => {
  if (!source.path.startsWith('engines/') || isTest(source.path)) return [];
  return [
    ...forbiddenWords.flatMap(([pattern, why]) =>
      forbid(source, 'code', pattern, (found) => `uses ${found.replace(/\s+/g, ' ')}, but ${why}`),
    ),
    ...moduleState(source),
  ];
};

/** A constant that holds a collection. If it is a fixed table or a neutral value, its type says so: `ReadonlyMap`, `readonly T[]`. */
const COLLECTION =
  /\bconst\s+([\w$]+)\s*(:[^=]*)?=\s*(?:new\s+(?:Map|Set|WeakMap|WeakSet|Array|\w+Array)\b|\[\s*\]|\{\s*\})/g;

/** Variables that outlive a replica, or are shared by two replicas of one process, make runs differ. */
function moduleState(source: Source): Violation[] {
  const why = 'state belongs to a replica, since one process may hold several';
  const atTop = topLevel(source.code);
  return [
    ...[...atTop.matchAll(/(?<![.\w$])(?:let|var)\s+[\w$[{]/g)].map((match) =>
      at(source, match.index, `declares a variable of the module, but ${why}`),
    ),
    ...[...atTop.matchAll(COLLECTION)]
      .filter(([, , type = '']) => !/\breadonly\b|\bReadonly/.test(type))
      .map((match) => at(source, match.index, `declares ${match[1]} for the module, to be filled, but ${why}`)),
    ...forbid(
      source,
      'code',
      /(?<![.\w$])static\s+(?!readonly\b)[\w$#]+\s*(?::[^=;(]*)?=/g,
      () => `declares a static variable, but ${why}`,
    ),
  ];
}

/** The code outside all braces, with every character in its place; what stands inside them is filled up. */
function topLevel(code: string): string {
  let depth = 0;
  let top = '';
  for (const char of code) {
    if (char === '}') depth--;
    top += depth === 0 || /\s/.test(char) ? char : '_';
    if (char === '{') depth++;
  }
  return top;
}

export const contractRule: Rule = (source) => {
  if (source.path !== 'engines/api.ts') return [];
  return forbid(
    source,
    'code',
    /^(?:export\s+)?(?:default\b|(?:const|let|var|function|class|abstract|enum)\s)/gm,
    (found) => `has "${found}", but the contract holds types only`,
  );
};
