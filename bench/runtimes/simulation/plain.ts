/** Plain data: what comes back from JSON as it went in. Messages and entries have to be that. */
import { isDeepStrictEqual } from 'node:util';

/** A copy by way of JSON. Throws if the copy differs: then threads, which use JSON, would see something else. */
export function plainCopy<T>(value: T): T {
  const copy = JSON.parse(JSON.stringify(value)) as T;
  if (!isDeepStrictEqual(copy, value)) {
    throw new Error(`messages and entries must be plain data, but ${JSON.stringify(value)} does not survive JSON`);
  }
  return copy;
}
