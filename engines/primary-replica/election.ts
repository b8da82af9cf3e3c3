/**
 * How a silent primary is replaced: suspicion, a canvass that binds nobody, a candidacy that does, and the promises. Where
 * nobody votes, a standby opens an epoch of its own instead.
 */
import type { NodeId } from '../api.ts';
import type { Detector } from '../parts/detectors/detector.ts';
import { ObserversVote } from '../parts/detectors/observers-vote.ts';
import { reaches } from '../parts/epoch-log.ts';
import type { Core } from './core.ts';
import { detectorOf } from './detection.ts';
import type { Opinion, Promised, Stale } from './messages.ts';

/** Observers' words stand for so many of the periods in which they are asked, as Sentinel's do. */
const WORDS_VALID_PERIODS = 5;
/** VRRP: priorities count down from 100 by place among the members; a lower one adds up to one spread of patience. */
const FIRST_PRIORITY = 100;
const PRIORITIES = 256;

export class Election {
  readonly #core: Core;
  #detector: Detector;
  #jitterMs = 0;
  /** In place of the detector's: this node need not wait, or has to wait for something else. */
  #insteadMs: number | undefined;
  #suspectedMs: number | undefined;
  /** Another node's canvass was answered yes: this one holds back until then. */
  #yieldUntilMs = Number.NEGATIVE_INFINITY;
  /** The highest epoch heard of anywhere. */
  #seen = 0;
  /** Where the primary's log ended when it was last heard of. */
  #known = 0;
  /** Nobody has led yet. */
  #isNew: boolean;
  /** Told to drain: others shall lead in this life, unless it is told to lead after that. */
  #isDrained = false;
  /** The epoch under canvass; 0: none. */
  #asked = 0;
  readonly #observers: ObserversVote<NodeId>;
  #opinions = new Map<NodeId, Opinion>();
  #promises = new Set<NodeId>();
  /** The position of this candidate's own promise: it counts once durable. */
  #ownPromiseAt = Number.POSITIVE_INFINITY;

  constructor(core: Core) {
    this.#core = core;
    const { host, options, voices } = core;
    this.#detector = detectorOf(options, host.now());
    this.#isNew = host.boot === 'found';
    const quorum = options.observersQuorum === 0 ? voices.majority : options.observersQuorum;
    this.#observers = new ObserversVote({ quorum, validMs: WORDS_VALID_PERIODS * options.retryMs });
    if (core.isManual || !core.isFull) return;
    // Somebody has to be first: the first member does not wait for a silence to grow long.
    if (host.boot === 'found' && voices.full[0] === core.self) this.#insteadMs = host.now();
    this.#drawJitter();
    this.#arm(Math.max(this.#dueMs - host.now(), 0));
  }

  get suspects(): boolean {
    return this.#suspectedMs !== undefined;
  }

  get seen(): number {
    return Math.max(this.#seen, this.#core.journal.epoch);
  }

  get known(): number {
    return this.#known;
  }

  /** Whether there is no primary, as far as this node can tell. In a new cluster there is none. */
  get hasLost(): boolean {
    return this.#isNew || this.#core.host.now() >= this.#detector.dueMs;
  }

  /** Whether this node could be promoted, as far as it depends on itself. */
  get mayLead(): boolean {
    const { isFull, journal, options, machine } = this.#core;
    // A node whose disk stands still cannot make a promise durable, and one that lost its disk has no voice.
    const isHealthy = journal.voice && journal.owedMs() < Math.max(options.leaseMs, options.heartbeatMs);
    return isFull && isHealthy && !this.#holdsBack && !machine.isLoading;
  }

  /** Who was told to drain leaves it to others, unless there is none. */
  get #holdsBack(): boolean {
    const sinceMs = this.#suspectedMs ?? Number.POSITIVE_INFINITY;
    return this.#isDrained && this.#core.host.now() < sinceMs + this.#core.options.detectionMs;
  }

  /** Whose promises this node has for the epoch of its candidacy or reign. */
  get supporters(): ReadonlySet<NodeId> {
    return this.#promises;
  }

  get #dueMs(): number {
    return this.#insteadMs ?? this.#detector.dueMs + this.#jitterMs;
  }

  /** Chance keeps candidates apart; where a standby decides by itself, its priority does. */
  #drawJitter(): void {
    const { host, options, voices, self } = this.#core;
    const priority = FIRST_PRIORITY - voices.full.indexOf(self);
    const share = options.authority === 'standby' ? (PRIORITIES - priority) / PRIORITIES : host.random();
    this.#jitterMs = share * options.spreadMs;
  }

  #arm(delayMs: number): void {
    this.#core.host.setTimer('watch', delayMs);
  }

  // ------------------------------------------------------------------------------------------------- what it is told

  /** A primary of the present epoch gave a sign of life. Only beats are regular enough to learn from. */
  heard(from: NodeId, what: 'beat' | 'stream' | 'copy'): void {
    const { host, options } = this.#core;
    if (what === 'beat' || options.detection !== 'phi') this.#detector.heard(host.now());
    this.#insteadMs = undefined;
    this.#isNew = false;
    this.#asked = 0;
    if (!this.suspects) return;
    this.#suspectedMs = undefined;
    this.#observers.clear();
    host.note({ kind: 'trusts', node: from });
  }

  /** Another primary is followed from now on: how regular the last one was says nothing of it. */
  watchAnew(): void {
    this.#detector = detectorOf(this.#core.options, this.#core.host.now());
    this.#known = 0;
  }

  /** This node leads no more, and somebody else is about to. */
  startWatching(): void {
    const { isManual, isFull, host } = this.#core;
    this.watchAnew();
    this.#insteadMs = undefined;
    if (!isManual && isFull) this.#arm(this.#dueMs - host.now());
  }

  knows(last: number): void {
    this.#known = last;
  }

  heardOf(epoch: number): void {
    this.#seen = Math.max(this.#seen, epoch);
  }

  /** The host reports that the primary's process ended. Its lease is waited out all the same. */
  primaryEnded(): void {
    this.#drawJitter();
    this.#instead(this.#core.host.now() + this.#core.voice.boundMs + this.#jitterMs);
  }

  /** This node is primary no more, or lost a candidacy: it may try again, or for the first time, before long. */
  retrySoon(): void {
    const { options, isManual, isFull, host } = this.#core;
    if (isManual || !isFull) return;
    this.#drawJitter();
    this.#asked = 0;
    this.#instead(host.now() + options.retryMs + this.#jitterMs);
  }

  /** Another asked first, and was told yes. */
  yield(): void {
    this.#yieldUntilMs = this.#core.host.now() + this.#core.options.retryMs;
  }

  /** Somebody seeks promotion who cannot have this voice, while this node could have theirs: it need not wait. */
  hurryIfAhead(theirs: { readonly epoch: number; readonly position: number }): void {
    const { host, journal, role, options, voice } = this.#core;
    if (options.authority !== 'majority' || options.choice === 'any' || role !== 'replica' || !this.mayLead) return;
    if (voice.boundMs > 0 || reaches(theirs, journal.log.end)) return;
    // Who hears the primary has no reason to.
    if (host.now() < this.#detector.dueMs - options.heartbeatMs) return;
    this.#yieldUntilMs = Number.NEGATIVE_INFINITY;
    this.#instead(host.now());
  }

  #instead(atMs: number): void {
    this.#insteadMs = atMs;
    this.#arm(Math.max(0, atMs - this.#core.host.now()));
  }

  drain(): void {
    this.#isDrained = true;
  }

  /** Told to lead: the latest order counts. */
  onChosen(): void {
    this.#isDrained = false;
  }

  // ---------------------------------------------------------------------------------------------------- the candidate

  onWatch(): void {
    const core = this.#core;
    const { host, options, voice } = core;
    if (core.role === 'primary') return;
    const now = host.now();
    if (core.role === 'replica' && now < this.#dueMs) {
      // Timers are coarser than clocks: without a least wait one that fires a trifle early would do so for ever.
      this.#arm(Math.max(1, this.#dueMs - now));
      return;
    }
    if (this.#suspectedMs === undefined) {
      this.#suspectedMs = now;
      if (core.leader !== undefined) host.note({ kind: 'suspects', node: core.leader });
    }
    core.giveUpCandidacy();
    this.#drawJitter();
    const delayedMs = core.leader === undefined ? now : this.#suspectedMs + options.promotionDelayMs;
    const waitMs = Math.max(now + voice.boundMs, this.#yieldUntilMs, delayedMs) - now;
    if (waitMs > 0) {
      this.#arm(waitMs + this.#jitterMs);
      return;
    }
    this.#arm(options.retryMs + this.#jitterMs);
    if (!this.mayLead) return;
    if (options.authority === 'standby') core.open(core.voices.ownEpochAbove(this.seen, core.self));
    else if (this.#asked > 0 && this.#isBacked()) this.#campaign(0);
    else this.#canvass();
  }

  #canvass(): void {
    const { journal, voices, self } = this.#core;
    this.#asked = this.seen + 1;
    this.#opinions = new Map();
    if (voices.suffice(new Set([self]))) this.#campaign(0);
    else this.#core.sendAll({ type: 'canvass', epoch: this.#asked, end: journal.log.end }, 'now');
  }

  onOpinion(from: NodeId, message: Opinion): void {
    const { host, voices, leader, role } = this.#core;
    this.heardOf(message.seen);
    if (voices.isVoter(from)) this.#observers.says(from, message.lost, host.now());
    if (message.epoch !== this.#asked || role !== 'replica') return;
    this.#opinions.set(from, message);
    // Whoever does not vote may still be further on, or hear the primary: what it says is waited for, for a while.
    const open = voices.full.filter((id) => id !== this.#core.self && id !== leader && !this.#opinions.has(id));
    const isHeard = open.every((id) => voices.isVoter(id));
    if (isHeard && this.#isBacked()) this.#campaign(0);
  }

  /** Whether those that have answered the canvass would promote this node. */
  #isBacked(): boolean {
    const { voices, options, journal, self, host } = this.#core;
    const { end } = journal.log;
    let known = this.#known;
    const yes = new Set([self]);
    for (const [node, opinion] of this.#opinions) {
      if (opinion.yes) yes.add(node);
      known = Math.max(known, opinion.known);
      if (!voices.isFull(node)) continue;
      if (options.choice !== 'any' && opinion.mayLead && !reaches(end, opinion.end)) return false;
      if (options.detection === 'observers' && !opinion.lost) return false;
    }
    if (!voices.suffice(yes)) return false;
    if (options.lagRecordsMost > 0 && end.position < known - options.lagRecordsMost) return false;
    if (options.detection !== 'observers') return true;
    if (voices.isVoter(self)) this.#observers.says(self, true, host.now());
    return this.#observers.isLost(host.now());
  }

  #campaign(heirOf: number): void {
    const { journal, self, options } = this.#core;
    const epoch = this.seen + 1;
    this.#asked = 0;
    this.#promises = new Set();
    this.#core.becomeCandidate();
    this.#ownPromiseAt = journal.promise(epoch, self);
    this.#arm(options.candidacyMs + this.#jitterMs);
    // It waits for all that was appended: the promise, and the log that its end speaks for.
    this.#core.sendAll({ type: 'candidacy', epoch, end: journal.log.end, heirOf });
  }

  /** The primary that this node follows has resigned in its favour. */
  inherit(): void {
    if (this.mayLead && this.#core.role === 'replica') this.#campaign(this.#core.journal.epoch);
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

  onStale(message: Stale): void {
    this.heardOf(message.epoch);
    if (message.epoch > this.#core.journal.epoch) this.#core.overruled();
  }
}
