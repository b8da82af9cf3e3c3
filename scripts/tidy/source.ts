/**
 * A TypeScript file as the rules of the house see it: its code without comments and text, its comments without code.
 *
 * This is a scan, not a parse: it knows comments, strings, templates and regular expressions, so that no rule mistakes a
 * word in a sentence for code. Both views keep every character's place, so offsets and line numbers hold in all three.
 */

export interface Source {
  /** From the project's root, with `/` between names. */
  readonly path: string;
  readonly text: string;
  /** The text with comments, and what stands inside quotes, blanked out. The quotes themselves stay. */
  readonly code: string;
  /** The text with everything but comments blanked out. */
  readonly comments: string;
}

/** One broken rule: `file:line: what, and why`. */
export type Violation = string;

export type Rule = (source: Source) => readonly Violation[];

/**
 * Tests may do what the code under test may not; so may what only tests use: a `testing.ts` or what stands in a folder
 * `testing/`. Nothing else may import either.
 */
export const isTest = (path: string): boolean => /\.test\.ts$|(?:^|\/)testing(?:\.ts$|\/)/.test(path);

export function at(source: Source, offset: number, sentence: string): Violation {
  let line = 1;
  for (let i = source.text.indexOf('\n'); i !== -1 && i < offset; i = source.text.indexOf('\n', i + 1)) line++;
  return `${source.path}:${line}: ${sentence}`;
}

/** One violation for each match of a global pattern in one of the views. */
export function forbid(
  source: Source,
  view: 'text' | 'code' | 'comments',
  pattern: RegExp,
  why: (found: string) => string,
): Violation[] {
  return [...source[view].matchAll(pattern)].map((match) => at(source, match.index, why(match[0].trim())));
}

export function readSource(path: string, text: string): Source {
  // By code units, so that places agree with what searches in strings and regular expressions return.
  const code = text.split('');
  const comments: string[] = code.map((char) => (char === '\n' ? char : ' '));
  for (const piece of pieces(text)) {
    for (let i = piece.start; i < piece.end; i++) {
      if (text[i] === '\n') continue;
      code[i] = ' ';
      if (piece.kind === 'comment') comments[i] = text[i]!;
    }
  }
  return { path, text, code: code.join(''), comments: comments.join('') };
}

/** A stretch that is not code: a comment with its marks, or the inside of a string, template or regular expression. */
interface Piece {
  readonly kind: 'comment' | 'quoted';
  readonly start: number;
  readonly end: number;
}

function* pieces(text: string): Generator<Piece> {
  /** For each template whose `${…}` is open: how many braces are open inside it. */
  const templates: number[] = [];
  let i = 0;
  if (text.startsWith('#!')) {
    i = endOf(text, '\n', 0);
    yield { kind: 'comment', start: 0, end: i };
  }
  while (i < text.length) {
    const char = text[i]!;
    if (text.startsWith('//', i) || text.startsWith('/*', i)) {
      const end = text[i + 1] === '/' ? endOf(text, '\n', i) : Math.min(text.length, endOf(text, '*/', i + 2) + 2);
      yield { kind: 'comment', start: i, end };
      i = end;
    } else if (char === "'" || char === '"') {
      const end = endOfString(text, i);
      yield { kind: 'quoted', start: i + 1, end };
      i = end + 1;
    } else if (char === '/' && opensRegExp(text, i)) {
      const end = endOfRegExp(text, i);
      yield { kind: 'quoted', start: i + 1, end };
      i = end + 1;
    } else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop();
      const end = endOfTemplateText(text, i + 1);
      yield { kind: 'quoted', start: i + 1, end };
      if (text[end] === '$') {
        templates.push(0);
        i = end + 2;
      } else {
        i = end + 1;
      }
    } else {
      if (templates.length > 0 && char === '{') templates[templates.length - 1]!++;
      if (templates.length > 0 && char === '}') templates[templates.length - 1]!--;
      i++;
    }
  }
}

/** Where `mark` comes next, or the text's end. */
function endOf(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found;
}

function endOfString(text: string, open: number): number {
  let i = open + 1;
  while (i < text.length && text[i] !== text[open] && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1;
  return Math.min(i, text.length);
}

/** The closing backtick, or the `$` of `${`. */
function endOfTemplateText(text: string, from: number): number {
  let i = from;
  while (i < text.length && text[i] !== '`' && !text.startsWith('${', i)) i += text[i] === '\\' ? 2 : 1;
  return Math.min(i, text.length);
}

function endOfRegExp(text: string, open: number): number {
  let inClass = false;
  let i = open + 1;
  while (i < text.length && text[i] !== '\n' && (inClass || text[i] !== '/')) {
    if (text[i] === '[') inClass = true;
    if (text[i] === ']') inClass = false;
    i += text[i] === '\\' ? 2 : 1;
  }
  return Math.min(i, text.length);
}

/** A slash after a value divides; anywhere else it opens a regular expression. */
function opensRegExp(text: string, slash: number): boolean {
  const before = text.slice(Math.max(0, slash - 200), slash).trimEnd();
  if (before === '' || /(?:^|[^\w$.])(?:return|typeof|case|in|of|yield|await|void|delete|else|do)$/.test(before))
    return true;
  return !/[\w$)\]}'"`]$/.test(before);
}
