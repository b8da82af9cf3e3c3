/**
 * A failure detector watches one node by its signs of life and says from when on it is to be suspected.
 *
 * It has no clock and sets no timer: times are handed in, and whoever holds it sets a timer for `dueMs`. A suspicion is an
 * opinion that the next sign of life ends; whether a slow node and a dead one can be told apart is not decided here.
 */
export interface Detector {
  /** A sign of life of the watched node came at this time; ms, of a clock that never goes back. */
  heard(nowMs: number): void;
  /**
   * From when on the node is suspected if nothing more is heard; ms of the same clock. It may lie in the past. Infinity: never, as
   * before anything is known.
   */
  readonly dueMs: number;
}
