/**
 * Sloppy quorum: where a copy is believed down, the next node on the ring that is up stands in for it. It holds what is written as a
 * guest (`hints.ts`), durably, counts towards W, answers reads with it, and hands it off when the copy is back.
 *
 * Writes go on as long as W nodes are up, whosever they are. The price: two sides of a cut may each have a quorum of their own,
 * so that reads need not meet writes. Where there are not nodes enough, the copy's place stays empty, as without stand-ins.
 */
import type { NodeId } from '../api.ts';
import type { Options } from './options.ts';
import type { Peers } from './peers.ts';
import type { Owners, Placement } from './placement.ts';

export class StandIns {
  readonly #isOn: boolean;
  readonly #placement: Placement;
  readonly #peers: Peers;
  /** By who holds the copies, and then by who stands in for whom. */
  readonly #known = new Map<Owners, Map<string, Owners>>();

  constructor({ missingCopies }: Pick<Options, 'missingCopies'>, placement: Placement, peers: Peers) {
    this.#isOn = missingCopies === 'stand-ins';
    this.#placement = placement;
    this.#peers = peers;
  }

  /** Who is asked to write and to read the key now. */
  ownersOf(key: string): Owners {
    const owners = this.#placement.ownersOf(key);
    if (!this.#isOn || this.#peers.up(owners.placed) === owners.placed) return owners;
    const free = this.#placement.ring.nextOf(key).filter((node) => !this.#peers.isDown(node));
    const absent = owners.placed.filter((node) => this.#peers.isDown(node)).slice(0, free.length);
    if (absent.length === 0) return owners;
    const pairs = absent.map((owner, i): [NodeId, NodeId] => [free[i]!, owner]);
    const name = pairs.join(' ');
    const known = this.#known.get(owners) ?? new Map<string, Owners>();
    this.#known.set(owners, known);
    if (!known.has(name)) known.set(name, this.#placement.withStandIns(owners, new Map(pairs)));
    return known.get(name)!;
  }
}
