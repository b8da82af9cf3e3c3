/** What a user got wrong, said in one sentence: the field, what was expected, what came, and the nearest valid name. */
import type { z } from 'zod';

/** A user's mistake. Its message is one whole sentence; the command line prints it and exits with 2. */
export class InputError extends Error {}

/** Edit distance in which a swap of neighbours counts once (optimal string alignment). */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The candidate that the word was probably meant to be, if any is near enough. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: { name: string; steps: number } | undefined;
  for (const name of candidates) {
    const candidate = name.toLowerCase();
    const steps =
      candidate.startsWith(lower) && candidate !== lower && lower.length > 1 ? 1 : distance(lower, candidate);
    if (steps <= Math.max(1, Math.floor(name.length / 3)) && (best === undefined || steps < best.steps)) {
      best = { name, steps };
    }
  }
  return best?.name;
}

export function unknownName(field: string, came: string, candidates: readonly string[]): InputError {
  const near = nearest(came, candidates);
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return new InputError(`${field} must be one of ${candidates.join(', ')}, but "${came}" came${hint}`);
}

/** The value as a sentence quotes it: short, and nothing for none. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = 'something that contains itself';
  }
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  let found = value;
  for (const part of path) found = (found as Record<PropertyKey, unknown> | undefined)?.[part];
  return found;
}

/** What the walk below looks into: wrappers, transforms, unions, objects, lists and records. */
interface SchemaDef {
  readonly innerType?: unknown;
  readonly getter?: () => unknown;
  readonly in?: unknown;
  readonly options?: readonly unknown[];
  readonly shape?: { readonly [field: string]: unknown };
  readonly element?: unknown;
  readonly valueType?: unknown;
}

/** The fields that the schema knows at a path; none where it is no object there. */
function fieldsAt(schema: unknown, path: readonly PropertyKey[]): string[] {
  const { def } = schema as { readonly def?: SchemaDef };
  const wrapped = def?.innerType ?? def?.getter?.() ?? def?.in;
  if (wrapped !== undefined) return fieldsAt(wrapped, path);
  if (def?.options !== undefined) return [...new Set(def.options.flatMap((option) => fieldsAt(option, path)))];
  const [part, ...rest] = path;
  if (part === undefined) return Object.keys(def?.shape ?? {});
  const inner = def?.element ?? def?.valueType ?? def?.shape?.[String(part)];
  return inner === undefined ? [] : fieldsAt(inner, rest);
}

/** Of several shapes that would do, the only one that is of the same kind as what came: what is wrong is wrong in that one. */
function withinUnion(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const firsts = issue.errors.flatMap((issues) => issues.slice(0, 1));
  const [inner, ...more] = firsts.filter(
    ({ path, code }) => path.length > 0 || (code !== 'invalid_type' && code !== 'invalid_value'),
  );
  if (inner === undefined || more.length > 0) return issue;
  return withinUnion({ ...inner, path: [...issue.path, ...inner.path] });
}

/** What was expected, without zod's own opening and without its idea of what came: the sentence says that itself. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) {
    return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.join(', ')}`;
  }
  if (issue.code === 'invalid_union' && issue.message === 'Invalid input') {
    const branches = issue.errors.map((issues) => expectation(issues[0]!).replace(/^expected /, ''));
    return `expected ${branches.join(', or ')}`;
  }
  return issue.message.replace(/^[A-Z][a-z ]*: (?=expected )/, '').replace(/, received [a-zA-Z]+$/, '');
}

/** Names the place of a field in its source. */
export type Locate = (path: readonly PropertyKey[]) => string;

/** Checks data from outside; `source` names it, or the place in it, in the sentence that says what is wrong. */
export function parseInput<T>(source: string | Locate, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = withinUnion(parsed.error.issues[0]!);
  const place = (field: readonly PropertyKey[]): string => (typeof source === 'string' ? source : source(field));
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys as [string];
    const field = path === '' ? key : `${path}.${key}`;
    const fields = fieldsAt(schema, issue.path);
    const near = nearest(key, fields);
    const known = fields.length === 0 ? 'a known field' : `one of the fields ${fields.join(', ')}`;
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new InputError(`${place([...issue.path, key])}: ${field}: expected ${known}, but "${key}" came${hint}`);
  }
  const came = at(value, issue.path);
  const near =
    issue.code === 'invalid_value' && typeof came === 'string' ? nearest(came, issue.values.map(String)) : undefined;
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  const field = path === '' ? 'the file' : path;
  throw new InputError(`${place(issue.path)}: ${field}: ${expectation(issue)}, but ${show(came)} came${hint}`);
}
