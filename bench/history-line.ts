/**
 * One operation of a history file: a line of JSON. The format is anybody's: `check` reads histories of any system.
 *
 * Times are in ms on one clock; equal times count as concurrent.
 */
export interface HistoryLine {
  /** Who asked. One process has one operation under way at a time, if session guarantees are to be checked. */
  readonly process: number | string;
  readonly op: 'get' | 'put' | 'delete' | 'cas' | 'append' | 'add';
  readonly key: string;
  /** What was written, or what an ok `get` read (null: absent). An `append` adds it to the end of the string, an `add` the whole number that it writes out. */
  readonly value?: string | null;
  /** Of a `cas`: what it wanted to replace (null: absent). */
  readonly expected?: string | null;
  /** Of an ok `cas`: whether it wrote. */
  readonly swapped?: boolean;
  /** Of an ok `cas` that did not write: what it saw instead, if the store told. */
  readonly observed?: string | null;
  readonly start: number;
  /** null: nothing came back. */
  readonly end: number | null;
  /** `fail`: certainly without effect. `unknown`: it may have had one. */
  readonly outcome: 'ok' | 'fail' | 'unknown';
  /** When it should have started by its schedule. */
  readonly intended?: number;
  readonly read?: 'default' | 'local' | 'versions';
  readonly ack?: 'committed' | 'accepted';
  readonly answeredBy?: string;
  readonly answeredAt?: number;
  /** The node answered while it handled an input that came from a node of another zone. */
  readonly crossed?: boolean;
  /** A cache in front of the store answered; no node was asked. */
  readonly cached?: boolean;
  readonly attempts?: number;
  readonly reason?: string;
}
