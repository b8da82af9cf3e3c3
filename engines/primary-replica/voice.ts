/**
 * What a node grants others: leases to the primary, opinions and promises to those that seek its place.
 *
 * A voice promises an epoch to one candidate only, and, unless any will do, only to one whose log reaches at least as far as
 * its own. It promises nothing while a lease that it granted to another primary may still run on its clock, unless that primary
 * resigned in the candidate's favour; a restarted node waits that time out first, since it forgot what it granted.
 */
import type { NodeId } from '../api.ts';
import { type Point, reaches } from '../parts/epoch-log.ts';
import type { Core } from './core.ts';
import type { Candidacy, Canvass } from './messages.ts';

export class Voice {
  readonly #core: Core;
  #grantEndsMs = Number.NEGATIVE_INFINITY;
  #grantedTo: NodeId = '';

  constructor(core: Core) {
    this.#core = core;
    if (core.host.boot !== 'found') this.grant('');
  }

  /** A beat is answered: no promise to anybody else for the length of a lease, from now on this clock. */
  grant(to: NodeId): void {
    const { host, options } = this.#core;
    if (options.fencing !== 'lease') return;
    this.#grantEndsMs = host.now() + options.leaseMs;
    this.#grantedTo = to;
  }

  /** For how long this node is bound yet, ms; 0: it is not. */
  get boundMs(): number {
    return Math.max(0, this.#grantEndsMs - this.#core.host.now());
  }

  /** The primary that this node follows has resigned: its lease binds nobody. */
  release(): void {
    this.#grantEndsMs = Number.NEGATIVE_INFINITY;
  }

  #mayPromise(to: NodeId, epoch: number, end: Point, heirOf: number): boolean {
    const { journal, isFull, options, primary } = this.#core;
    if (options.authority !== 'majority' || !journal.voice || epoch <= journal.epoch) return false;
    const isReleased = heirOf > 0 && heirOf === journal.epoch;
    if (this.boundMs > 0 && this.#grantedTo !== to && !isReleased) return false;
    if (primary?.leased === true) return false;
    return options.choice === 'any' || !isFull || reaches(end, journal.log.end);
  }

  onCanvass(from: NodeId, { epoch, end }: Canvass): void {
    const { journal, election, primary } = this.#core;
    const yes = this.#mayPromise(from, epoch, end, 0);
    const { seen, known } = election;
    const lost = primary === undefined && election.hasLost;
    const { mayLead } = election;
    this.#core.send(from, { type: 'opinion', epoch, yes, seen, end: journal.log.end, lost, mayLead, known });
    if (yes) election.yield();
    else election.hurryIfAhead(end);
  }

  onCandidacy(from: NodeId, { epoch, end, heirOf }: Candidacy): void {
    const { host, journal, election } = this.#core;
    if (epoch === journal.epoch && journal.promisedTo === from && this.#core.leader === undefined) {
      host.send(from, { type: 'promised', epoch });
    } else if (this.#mayPromise(from, epoch, end, heirOf)) {
      this.#core.resign();
      journal.promise(epoch, from);
      // Everything this node had received goes to the disk before the promise does: the candidate was judged against it.
      host.send(from, { type: 'promised', epoch });
    } else if (epoch <= journal.epoch) {
      this.#core.send(from, { type: 'stale', epoch: journal.epoch });
    } else {
      election.heardOf(epoch);
      election.hurryIfAhead(end);
    }
  }
}
