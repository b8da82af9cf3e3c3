/**
 * How often a read finds a write, in theory: the model WARS of Bailis, Venkataraman, Franklin, Hellerstein and Stoica,
 * "Probabilistically Bounded Staleness for Practical Partial Quorums", VLDB 2012, section 4, drawn at random many times.
 *
 * A coordinator that holds no copy itself sends a write to N copies. It reaches copy i after Wi and its acknowledgement is back Ai
 * later; the write is committed when the W-th acknowledgement is back. A read begins t later. It reaches copy i after Ri
 * and its response is back Si later; the first R responses make the answer. It is consistent if one of these copies had the
 * write by then: if Wi ≤ commit + t + Ri. So each drawing has one t from which on its read is consistent, the smallest
 * Wi − commit − Ri of those copies, and P(consistent) at t is the share of drawings in which that is not above t.
 *
 * Nothing repairs copies, no message is lost, and no copy takes time of its own.
 */
import { Random } from '../random.ts';
import { sampler } from '../topologies/delays.ts';
import type { Delay } from '../topologies/links.ts';
import { upperBound } from './selection.ts';

/** One way, between the coordinator and one copy. */
export interface WarsDelays {
  readonly write: Delay;
  readonly acknowledgement: Delay;
  readonly read: Delay;
  readonly response: Delay;
}

export interface WarsQuorums {
  /** Acknowledgements that commit a write (W), and responses that answer a read (R). */
  readonly write: number;
  readonly read: number;
  /** Copies that a read is sent to, at random: all of them in the study. */
  readonly asked: number;
}

const DRAWINGS = 100_000;
const US_PER_MS = 1000;

/** P(consistent) by the time from a write's end to a read's start, in ms. `copies`: one entry each. The same every time. */
export function warsModel(copies: readonly WarsDelays[], quorums: WarsQuorums): (ageMs: number) => number {
  const random = new Random('wars');
  const drawn = (name: keyof WarsDelays): Float64Array[] =>
    copies.map((delays, i) => {
      const draw = sampler(delays[name], random.fork(`${name} ${i}`));
      return Float64Array.from({ length: DRAWINGS }, draw);
    });
  const [write, acknowledgement, read, response] = [
    drawn('write'),
    drawn('acknowledgement'),
    drawn('read'),
    drawn('response'),
  ];
  const choice = random.fork('asked');
  const acknowledgedUs = new Float64Array(copies.length);
  const fromMs = new Float64Array(DRAWINGS);
  for (let i = 0; i < DRAWINGS; i++) {
    const asked = copies.map((_, copy) => copy);
    for (const copy of asked) acknowledgedUs[copy] = write[copy]![i]! + acknowledgement[copy]![i]!;
    const commitUs = acknowledgedUs.sort()[quorums.write - 1]!;
    while (asked.length > quorums.asked) asked.splice(choice.below(asked.length), 1);
    const respondedUs = (copy: number): number => read[copy]![i]! + response[copy]![i]!;
    asked.sort((a, b) => respondedUs(a) - respondedUs(b));
    let fromUs = Number.POSITIVE_INFINITY;
    for (const copy of asked.slice(0, quorums.read)) {
      fromUs = Math.min(fromUs, write[copy]![i]! - commitUs - read[copy]![i]!);
    }
    fromMs[i] = fromUs / US_PER_MS;
  }
  fromMs.sort();
  return (ageMs) => upperBound(fromMs, ageMs) / DRAWINGS;
}
