/**
 * How a silent primary is replaced: suspicion, a canvass that binds nobody, a candidacy that does, and the promises.
 *
 * A voice promises an epoch to one candidate only, and only to one whose log reaches at least as far as its own. So who
 * wins is the highest (epoch, position) among those that promised. It promises nothing while a lease that it granted to
 * another primary may still run on its clock; a restarted node waits that time out first, since it forgot what it granted.
 */
import type { NodeId } from '../api.ts';
import { type Point, reaches } from '../parts/epoch-log.ts';
import type { Core } from './core.ts';
import type { Candidacy, Canvass, Opinion, Promised, Stale } from './messages.ts';

export class Election {
  readonly #core: Core;
  /** When the primary was last heard of; the watch fires one detection time and a random part of the spread later. */
  #heardMs: number;
  #jitterMs = 0;
  #suspects = false;
  #grantEndsMs = Number.NEGATIVE_INFINITY;
  #grantedTo: NodeId = '';
  /** Another node's canvass was answered yes: this one holds back until then. */
  #yieldUntilMs = Number.NEGATIVE_INFINITY;
  /** The highest epoch heard of anywhere. */
  #seen = 0;
  /** The epoch under canvass; 0: none. */
  #asked = 0;
  #yes = new Set<NodeId>();
  #promises = new Set<NodeId>();
  /** The position of this candidate's own promise: it counts once durable. */
  #ownPromiseAt = Number.POSITIVE_INFINITY;

  constructor(core: Core) {
    this.#core = core;
    const { host, options, voices } = core;
    this.#heardMs = host.now();
    if (core.isManual || !core.isFull) {
      if (host.boot !== 'found') this.#grantEndsMs = host.now() + options.leaseMs;
      return;
    }
    if (host.boot === 'found') {
      // Somebody has to be first: the first member does not wait for a silence to grow long.
      if (voices.full[0] === core.self) this.#heardMs = Number.NEGATIVE_INFINITY;
    } else this.#grantEndsMs = host.now() + options.leaseMs;
    this.#drawJitter();
    this.#arm(Math.max(this.#dueMs - host.now(), 0));
  }

  get suspects(): boolean {
    return this.#suspects;
  }

  get seen(): number {
    return Math.max(this.#seen, this.#core.journal.epoch);
  }

  /** Whose promises this node has for the epoch of its candidacy or reign. */
  get supporters(): ReadonlySet<NodeId> {
    return this.#promises;
  }

  get #dueMs(): number {
    return this.#heardMs + this.#core.options.detectionMs + this.#jitterMs;
  }

  #drawJitter(): void {
    this.#jitterMs = this.#core.host.random() * this.#core.options.spreadMs;
  }

  #arm(delayMs: number): void {
    this.#core.host.setTimer('watch', delayMs);
  }

  // ------------------------------------------------------------------------------------------------- what it is told

  /** A primary of the present epoch gave a sign of life. */
  heard(from: NodeId): void {
    this.#heardMs = this.#core.host.now();
    this.#asked = 0;
    if (!this.#suspects) return;
    this.#suspects = false;
    this.#core.host.note({ kind: 'trusts', node: from });
  }

  /** A beat is answered: no promise to anybody else for the length of a lease, from now on this clock. */
  grant(to: NodeId): void {
    this.#grantEndsMs = this.#core.host.now() + this.#core.options.leaseMs;
    this.#grantedTo = to;
  }

  /** The host reports that the primary's process ended. Its lease is waited out all the same. */
  primaryEnded(): void {
    const { host } = this.#core;
    this.#heardMs = Number.NEGATIVE_INFINITY;
    this.#drawJitter();
    this.#arm(Math.max(this.#grantEndsMs - host.now(), 0) + this.#jitterMs);
  }

  /** This node is primary no more, or lost a candidacy: it may try again, or for the first time, before long. */
  retrySoon(): void {
    const { options, isManual } = this.#core;
    if (isManual) return;
    this.#heardMs = this.#core.host.now() - options.detectionMs + options.retryMs;
    this.#drawJitter();
    this.#asked = 0;
    this.#arm(options.retryMs + this.#jitterMs);
  }

  // ---------------------------------------------------------------------------------------------------- the candidate

  onWatch(): void {
    const core = this.#core;
    const { host, options, journal } = core;
    if (core.role === 'primary') return;
    const now = host.now();
    if (core.role === 'replica' && now < this.#dueMs) {
      this.#arm(this.#dueMs - now);
      return;
    }
    if (!this.#suspects) {
      this.#suspects = true;
      if (core.leader !== undefined) host.note({ kind: 'suspects', node: core.leader });
    }
    core.giveUpCandidacy();
    this.#drawJitter();
    const waitMs = Math.max(this.#grantEndsMs, this.#yieldUntilMs) - now;
    if (waitMs > 0) {
      this.#arm(waitMs + this.#jitterMs);
      return;
    }
    this.#arm(options.retryMs + this.#jitterMs);
    // A node whose disk stands still cannot make a promise durable, and one that lost its disk has no voice.
    if (journal.voice && journal.owedMs() < options.leaseMs) this.#canvass();
  }

  #canvass(): void {
    const { journal, voices, self } = this.#core;
    this.#asked = this.seen + 1;
    this.#yes = new Set([self]);
    if (voices.suffice(this.#yes)) this.#campaign();
    else this.#core.sendVoices({ type: 'canvass', epoch: this.#asked, end: journal.log.end }, 'now');
  }

  onOpinion(from: NodeId, message: Opinion): void {
    this.heardOf(message.seen);
    if (message.epoch !== this.#asked || this.#core.role !== 'replica' || !message.yes) return;
    this.#yes.add(from);
    if (this.#core.voices.suffice(this.#yes)) this.#campaign();
  }

  #campaign(): void {
    const { journal, self } = this.#core;
    const epoch = this.seen + 1;
    this.#asked = 0;
    this.#promises = new Set();
    this.#core.becomeCandidate();
    this.#ownPromiseAt = journal.promise(epoch, self);
    // It waits for all that was appended: the promise, and the log that its end speaks for.
    this.#core.sendVoices({ type: 'candidacy', epoch, end: journal.log.end });
  }

  onDurable(): void {
    if (this.#core.role !== 'candidate' || this.#core.journal.synced < this.#ownPromiseAt) return;
    this.#promises.add(this.#core.self);
    this.#countPromises();
  }

  onPromised(from: NodeId, message: Promised): void {
    if (this.#core.role !== 'candidate' || message.epoch !== this.#core.journal.epoch) return;
    this.#promises.add(from);
    this.#countPromises();
  }

  #countPromises(): void {
    const { self, voices } = this.#core;
    if (this.#promises.has(self) && voices.suffice(this.#promises)) this.#core.lead();
  }

  heardOf(epoch: number): void {
    this.#seen = Math.max(this.#seen, epoch);
  }

  onStale(message: Stale): void {
    this.heardOf(message.epoch);
    if (message.epoch > this.#core.journal.epoch) this.#core.overruled();
  }

  // -------------------------------------------------------------------------------------------------------- the voice

  #mayPromise(to: NodeId, epoch: number, end: Point): boolean {
    const { host, journal, isFull, isManual, primary } = this.#core;
    if (isManual || !journal.voice || epoch <= journal.epoch) return false;
    if (host.now() < this.#grantEndsMs && this.#grantedTo !== to) return false;
    if (primary?.leased === true) return false;
    return !isFull || reaches(end, journal.log.end);
  }

  onCanvass(from: NodeId, message: Canvass): void {
    const { host, journal, options } = this.#core;
    const yes = this.#mayPromise(from, message.epoch, message.end);
    const { end } = journal.log;
    this.#core.send(from, { type: 'opinion', epoch: message.epoch, yes, seen: this.seen, end });
    if (yes) this.#yieldUntilMs = host.now() + options.retryMs;
    else this.#hurryIfAhead(message.end);
  }

  onCandidacy(from: NodeId, message: Candidacy): void {
    const { host, journal } = this.#core;
    const { epoch, end } = message;
    if (epoch === journal.epoch && journal.promisedTo === from && this.#core.leader === undefined) {
      host.send(from, { type: 'promised', epoch });
    } else if (this.#mayPromise(from, epoch, end)) {
      this.#core.makeWay();
      journal.promise(epoch, from);
      // Everything this node had received goes to the disk before the promise does: the candidate was judged against it.
      host.send(from, { type: 'promised', epoch });
    } else if (epoch <= journal.epoch) {
      this.#core.send(from, { type: 'stale', epoch: journal.epoch });
    } else {
      this.heardOf(epoch);
      this.#hurryIfAhead(end);
    }
  }

  /** Somebody seeks promotion who cannot have this voice, while this node could have theirs: it need not wait. */
  #hurryIfAhead(theirs: Point): void {
    const { host, isFull, isManual, journal, role, options } = this.#core;
    if (isManual || !isFull || role !== 'replica' || !journal.voice) return;
    if (host.now() < this.#grantEndsMs || reaches(theirs, journal.log.end)) return;
    if (host.now() < this.#heardMs + options.leaseMs) return;
    this.#heardMs = Number.NEGATIVE_INFINITY;
    this.#yieldUntilMs = Number.NEGATIVE_INFINITY;
    this.#arm(0);
  }
}
