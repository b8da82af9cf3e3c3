/** Size, leftovers, first comments and words: what keeps the files of many authors alike. */
import { at, forbid, isTest, type Rule, type Violation } from './source.ts';

const LINES_MAX = 400;
const TEST_LINES_MAX = 500;

export const sizeRule: Rule = (source) => {
  const lines = source.text.replace(/\n$/, '').split('\n').length;
  const most = isTest(source.path) ? TEST_LINES_MAX : LINES_MAX;
  if (lines <= most) return [];
  return [`${source.path}:${lines}: has ${lines} lines of at most ${most}; a file holds one idea`];
};

export const leftoverRule: Rule = (source) => [
  ...forbid(source, 'comments', /\b(?:TODO|FIXME|XXX)\b/g, (found) => `says ${found}; finish it, or open an issue`),
  ...forbid(
    source,
    'comments',
    /@ts-(?:ignore|nocheck)\b/g,
    (found) => `has ${found}, which hides every error and not one`,
  ),
  ...forbid(source, 'code', /\bas\s+any\b/g, () => 'casts to any, which ends all checking'),
  ...(isTest(source.path)
    ? forbid(
        source,
        'code',
        /\.\s*only\s*\(|\bonly\s*:\s*true\b/g,
        () => 'runs one test only; the others would pass unseen',
      )
    : []),
];

/** Without a seed fast-check draws one from the clock, and a test that passed may fail without a change. */
export const seedRule: Rule = (source) => {
  const assertion = source.code.search(/\bfc\s*\.\s*(?:assert|sample|check)\s*\(/);
  if (assertion === -1 || /\bseed\s*:/.test(source.code)) return [];
  return [at(source, assertion, 'draws random cases without a fixed seed: give { seed: … } as the last argument')];
};

const DECLARATION = /^(?:export\s+)?(?:default|declare|abstract|async|const|let|function|class|interface|type)\b/m;

/** A file says what it is for before it declares anything: at its top, or right behind its imports. */
export const headerRule: Rule = (source) => {
  if (isTest(source.path)) return [];
  const comment = source.comments.indexOf('/**');
  const declaration = source.code.search(DECLARATION);
  if (comment !== -1 && (declaration === -1 || comment < declaration)) return [];
  return [`${source.path}:1: declares something before a doc comment has said what the file is for`];
};

/** Words that mean the same as one of the project's own (DESIGN.md, section 2). */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['nemesis', 'fault'],
  ['chaos', 'fault'],
  ['scenario', 'trial or suite'],
  ['master', 'primary or leader'],
  ['slave', 'replica'],
  ['datacenter', 'zone'],
  ['datacentre', 'zone'],
  ['testbed', 'topology'],
]);

/** As a whole word of a camelCase or snake_case name. */
const synonymPattern = new RegExp(
  [...SYNONYMS.keys()]
    .map((word) => `(?<![a-zA-Z])${word}s?(?![a-z])|${word[0]!.toUpperCase()}${word.slice(1)}s?(?![a-z])`)
    .join('|'),
  'g',
);

const synonymFor = (found: string): string =>
  SYNONYMS.get(found.toLowerCase()) ?? SYNONYMS.get(found.toLowerCase().replace(/s$/, ''))!;

export const wordRule: Rule = (source) => [
  // This folder has to name them.
  ...forbid(
    source,
    source.path.startsWith('scripts/tidy') ? 'code' : 'text',
    synonymPattern,
    (found) => `says "${found}"; the project's word is ${synonymFor(found)}`,
  ),
  ...forbid(source, 'code', /(?<![\w$])\w+Millis(?:econds)?\b/g, (found) => `names ${found}; milliseconds end in Ms`),
];

/** A file's name says its one idea; these say nothing, or use another word for one that the project has. */
const EMPTY_NAMES = /^(?:utils?|helpers?|misc|common|shared|stuff|lib)$/;

export function nameRule(path: string): Violation[] {
  return path.split('/').flatMap((part) => {
    const words = part.replace(/(?:\.test)?\.\w+$/, '').split(/[-_.]/);
    const synonym = words.find((word) => SYNONYMS.has(word) || SYNONYMS.has(word.replace(/s$/, '')));
    if (EMPTY_NAMES.test(words.join('-'))) return [`${path}:1: "${part}" does not say what is in it`];
    if (synonym !== undefined)
      return [`${path}:1: says "${synonym}" in its name; the project's word is ${synonymFor(synonym)}`];
    if (part.endsWith('.ts') && !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.d)?\.ts$/.test(part)) {
      return [`${path}:1: a file's name is small letters, digits and hyphens`];
    }
    return [];
  });
}

/** A path of one machine works on that machine only. Checked in every text file, results included. */
export function machinePathRule(path: string, text: string): Violation[] {
  const source = { path, text, code: '', comments: '' };
  return [...text.matchAll(/(?<![\w./$}~-])\/(?:work|root|tmp|home|Users|private|mnt)\/[\w.-]+/g)].map((match) =>
    at(source, match.index, `names ${match[0]}, a path of one machine`),
  );
}
