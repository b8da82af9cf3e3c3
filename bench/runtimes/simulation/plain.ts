/** Plain data: what comes back from JSON as it went in. Messages and entries have to be that. */
import { inspect, isDeepStrictEqual } from 'node:util';

/** A copy by way of JSON. Throws if the copy differs: then threads, which use JSON, would see something else. */
export function plainCopy<T>(value: T): T {
  const text = JSON.stringify(value) as string | undefined;
  const copy = text === undefined ? undefined : (JSON.parse(text) as T);
  if (copy === undefined || !isDeepStrictEqual(copy, value)) {
    const shown = inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY });
    throw new Error(`what is handed over must be plain data, but ${shown} does not survive JSON`);
  }
  return copy;
}
