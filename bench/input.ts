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

/** The fields that the schema knows at a path; none where it is no object there. */
function fieldsAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let inner: unknown = schema;
  for (let at = 0; ; ) {
    const { def } = inner as { def?: { innerType?: unknown; shape?: Record<string, unknown>; element?: unknown } };
    if (def?.innerType !== undefined) inner = def.innerType;
    else if (at === path.length) return Object.keys(def?.shape ?? {});
    else {
      inner = def?.element ?? def?.shape?.[String(path[at])];
      if (inner === undefined) return [];
      at++;
    }
  }
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

/** Checks data from outside; `source` names it in the sentence that says what is wrong. */
export function parseInput<T>(source: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const path = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys as [string];
    const field = path === '' ? key : `${path}.${key}`;
    const fields = fieldsAt(schema, issue.path);
    const near = nearest(key, fields);
    const known = fields.length === 0 ? 'a known field' : `one of the fields ${fields.join(', ')}`;
    const hint = near === undefined ? '' : `; did you mean "${near}"?`;
    throw new InputError(`${source}: ${field}: expected ${known}, but "${key}" came${hint}`);
  }
  const came = at(value, issue.path);
  const near =
    issue.code === 'invalid_value' && typeof came === 'string' ? nearest(came, issue.values.map(String)) : undefined;
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  const field = path === '' ? 'the file' : path;
  throw new InputError(`${source}: ${field}: ${expectation(issue)}, but ${show(came)} came${hint}`);
}
