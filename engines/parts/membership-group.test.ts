/** For tests of memberships: a group of members in virtual time, with links that lose messages and may be cut. */
import { Random } from '../../bench/random.ts';
import { EventQueue } from '../../bench/runtimes/simulation/events.ts';
import type { Membership, MembershipWorld, Status } from './membership.ts';

export const DELAY_MS = 2;

type Create<Message, Kind> = (
  self: string,
  nodes: readonly string[],
  life: number,
  world: MembershipWorld<Message>,
) => Kind;

export class Group<Message extends { readonly type: string }, Kind extends Membership<Message>> {
  lossShare = 0;
  /** The share of what is sent to a member that it does not hear. */
  readonly deafness = new Map<string, number>();
  readonly ids: readonly string[];
  readonly members = new Map<string, Kind>();
  /** `n1: n2 alive > dead`, in the order of time. */
  readonly changes: string[] = [];
  readonly cuts = new Set<string>();
  /** How many messages of each type have been sent. */
  readonly sent: { [type: string]: number } = {};
  readonly #create: Create<Message, Kind>;
  readonly #random: Random;
  readonly #events = new EventQueue();
  readonly #asleepUntilMs = new Map<string, number>();

  /** `life` is 0 for all of them. */
  constructor(count: number, seed: number, create: Create<Message, Kind>) {
    this.#create = create;
    this.#random = new Random(seed);
    this.ids = Array.from({ length: count }, (_, i) => `n${i + 1}`);
    for (const id of this.ids) this.start(id, 0);
  }

  get now(): number {
    return this.#events.nowUs / 1000;
  }

  start(id: string, life: number): void {
    let timer = 0;
    const member = this.#create(id, this.ids, life, {
      now: () => this.now,
      random: () => this.#random.next(),
      send: (to, message) => this.#carry(id, to, message),
      changed: (node, status, before) => this.changes.push(`${id}: ${node} ${before} > ${status}`),
      wakeIn: (delayMs) => {
        const set = ++timer;
        // Messages that wait for a sleeper come before its timers, as hosts have it.
        this.#at(delayMs, id, 0.001, () => {
          if (set === timer && this.members.get(id) === member) member.tick();
        });
      },
    });
    this.members.set(id, member);
  }

  stop(id: string): void {
    this.members.delete(id);
  }

  pause(id: string, forMs: number): void {
    this.#asleepUntilMs.set(id, this.now + forMs);
  }

  cut(a: string, b: string): void {
    this.cuts.add(`${a}>${b}`).add(`${b}>${a}`);
  }

  run(forMs: number): void {
    this.#events.runUntil(this.#events.nowUs + 1000 * forMs);
  }

  seenBy(id: string): Status[] {
    return this.ids.filter((other) => other !== id).map((other) => this.members.get(id)!.statusOf(other));
  }

  allAlive(): boolean {
    return [...this.members.keys()].every((id) => this.seenBy(id).every((status) => status === 'alive'));
  }

  /** Who called the node dead, in the order in which they did. */
  calledDead(node: string): string[] {
    return this.changes.filter((change) => change.includes(`: ${node} `) && change.endsWith('> dead'));
  }

  #carry(from: string, to: string, message: Message): void {
    this.sent[message.type] = (this.sent[message.type] ?? 0) + 1;
    if (this.#random.next() < (this.deafness.get(to) ?? this.lossShare)) return;
    this.#at(DELAY_MS, to, 0, () => {
      if (!this.cuts.has(`${from}>${to}`)) this.members.get(to)?.onMessage(from, message);
    });
  }

  /** Runs something at a member, later if the member is asleep. */
  #at(delayMs: number, id: string, afterSleepMs: number, run: () => void): void {
    this.#events.after(Math.ceil(1000 * delayMs), () => {
      const wakesAtMs = this.#asleepUntilMs.get(id) ?? 0;
      if (this.now < wakesAtMs) this.#at(wakesAtMs - this.now + afterSleepMs, id, 0, run);
      else run();
    });
  }
}
