/** For tests: a generator's surroundings on virtual time, with nodes that answer as a script says. */
import type { Member } from '../../engines/api.ts';
import type { ClientAnswer, ClientRequest, NodeState } from './attempts.ts';
import type { Generator, GeneratorWorld } from './generator.ts';

/** What a node does with an attempt: answers after so many ms, or (undefined) says nothing. */
export type Reply = Omit<ClientAnswer, 'id' | 'atMs' | 'crossed'> & {
  readonly afterMs?: number;
  readonly crossed?: boolean;
};
export type Script = (node: number, attempt: ClientRequest, nowMs: number) => Reply | undefined;

export const ok = (afterMs = 1): Reply => ({ outcome: 'ok', result: {}, afterMs });
export const notLeader = (leader?: string): Reply => ({
  outcome: 'fail',
  reason: 'not-leader',
  afterMs: 1,
  ...(leader === undefined ? {} : { leader }),
});
export const unavailable: Reply = { outcome: 'fail', reason: 'unavailable', afterMs: 1 };

/** Members n1, n2, … in these zones, one each. */
export const membersIn = (...zones: string[]): Member[] =>
  zones.map((zone, index) => ({ id: `n${index + 1}`, zone, kind: 'full' }));

interface Happening {
  readonly atMs: number;
  readonly act: (generator: Generator) => void;
}

export class ScriptedWorld implements GeneratorWorld {
  nowMs = 0;
  script: Script;
  /** How long word of a changed key takes from one zone to another; undefined: it is lost. */
  bus: (from: number, to: number, nowMs: number) => number | undefined = () => 0;
  readonly told: { readonly atMs: number; readonly from: number; readonly to: number; readonly key: number }[] = [];
  readonly sent: { readonly atMs: number; readonly node: number; readonly attempt: ClientRequest }[] = [];
  readonly #happenings: Happening[] = [];

  constructor(script: Script) {
    this.script = script;
  }

  now(): number {
    return this.nowMs;
  }

  send(node: number, attempt: ClientRequest): void {
    this.sent.push({ atMs: this.nowMs, node, attempt });
    const reply = this.script(node, attempt, this.nowMs);
    if (reply === undefined) return;
    const { afterMs = 1, ...rest } = reply;
    const atMs = this.nowMs + afterMs;
    this.at(atMs, (generator) => generator.onAnswer(node, { id: attempt.id, atMs, crossed: false, ...rest }));
  }

  tell(from: number, to: number, key: number): void {
    this.told.push({ atMs: this.nowMs, from, to, key });
    const afterMs = this.bus(from, to, this.nowMs);
    if (afterMs !== undefined) this.at(this.nowMs + afterMs, (generator) => generator.onChanged(to, key));
  }

  at(atMs: number, act: (generator: Generator) => void): void {
    let place = this.#happenings.length;
    while (place > 0 && this.#happenings[place - 1]!.atMs > atMs) place--;
    this.#happenings.splice(place, 0, { atMs, act });
  }

  nodeAt(atMs: number, node: number, state: NodeState): void {
    this.at(atMs, (generator) => generator.onNode(node, state));
  }

  /** Runs until the step has finished; throws when it has not by `untilMs`. */
  run(generator: Generator, untilMs = 100_000): void {
    while (!generator.finished) {
      const next = this.#happenings[0];
      const wakeMs = generator.wakeAt() ?? Number.POSITIVE_INFINITY;
      const atMs = Math.max(this.nowMs, Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, wakeMs));
      if (atMs > untilMs) throw new Error(`the step has not finished by ${untilMs} ms`);
      this.nowMs = atMs;
      if (next !== undefined && next.atMs <= wakeMs) {
        this.#happenings.shift();
        next.act(generator);
      } else {
        generator.tick();
      }
    }
  }
}
