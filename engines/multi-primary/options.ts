/** What can be set, and what it costs. */
import type { MembershipOptions } from '../parts/membership-options.ts';
import type { Quorum } from './quorums.ts';

export interface Options extends MembershipOptions {
  /**
   * What becomes of two writes neither of which knew of the other. `last-writer`: the one with the later stamp stays. `siblings`: both stay,
   * until a later write replaces what it has read; who brings no context reads first. A third kind is in `revisions/options.ts`.
   */
  readonly versions: 'last-writer' | 'siblings';
  // ------------------------------------------------------------------------------------------------------ placement

  /** Copies of each key (N). Raising it costs messages, disks and syncs with every write. 3: one in each of three zones. */
  readonly copies: number;
  /** Whether the copies of a key are spread over zones as evenly as can be. False: they stand where the ring says. */
  readonly zoneAware: boolean;

  // -------------------------------------------------------------------------------------------------------- quorums

  /** Copies that must hold a write before it is acknowledged (W). Raising it costs write latency and availability. */
  readonly writeQuorum: Quorum;
  /** Copies that must answer a read (R). With R + W > N a read meets every acknowledged write. Raising it costs read latency and availability. */
  readonly readQuorum: Quorum;
  /**
   * What becomes of a write that too few copies acknowledge. `strict`: it is refused before any copy was asked, if too few are
   * known up, and otherwise ends `unknown`. `accepting`: if at least one copy holds it, the client is told `accepted`, as CouchDB
   * does by 202.
   */
  readonly answers: 'strict' | 'accepting';
  /** When a copy says that it holds something: once it is on its disk, or on receipt, which a power loss may undo. */
  readonly acknowledgesOn: 'durable' | 'receipt';
  /** After this time a write without W acknowledgements is answered as it stands, in ms. 1,000: twice the default client's attempt time-out. */
  readonly writeTimeoutMs: number;
  /** After this time a read without R answers is refused, in ms. */
  readonly readTimeoutMs: number;

  // ----------------------------------------------------------------------------------------------------------- reads

  /** Which copies a read asks: as many as it needs, and more as some are late; or all at once, of which the first to answer count. */
  readonly readsAsk: 'quorum' | 'all';
  /** Whether copies in the coordinator's zone are asked before others. */
  readonly localFirst: boolean;
  /** A read asks one copy more when an answer is this late, in ms. Lowering it costs reads at every hiccup; raising it, latency at every loss. */
  readonly spareReadMs: number;

  // ------------------------------------------------------------------------------------------- versions and conflicts

  /**
   * Where stamps come from. `hybrid`: a clock that is never behind what its node, or the client's session, has seen. `wall`: the
   * time of day, whatever has been seen.
   */
  readonly clock: 'hybrid' | 'wall';
  /**
   * `merge`: an appended element is a version's part with a stamp of its own, and elements of all writers are united. `rewrite`: the
   * coordinator reads the value, adds to it and writes it, so that of two at once one is overwritten; or, with siblings, stays until
   * somebody edits the winner's text.
   */
  readonly appends: 'merge' | 'rewrite';
  /**
   * The same for `add`. `merge`: each node that holds the key has a total of its own in the version, and totals are summed. `rewrite`: the
   * coordinator reads the value, adds to it and writes it.
   */
  readonly counters: 'merge' | 'rewrite';

  // ---------------------------------------------------------------------------------------------------------- repair

  /**
   * What the coordinator does for copies that do not answer. `nothing`: what is lost on the way is not even sent again. `hints`: it remembers
   * what they lack. `stand-ins`: the same, and while a copy is believed down another node takes its place, for writes and reads.
   */
  readonly missingCopies: 'nothing' | 'hints' | 'stand-ins';
  /** A batch of writes that is not acknowledged is sent once more after this time, in ms. Above the usual round trip and sync, or everything is sent twice. */
  readonly retransmitMs: number;
  /** Then a hint is kept for the silent copy after this time, in ms. Raising it risks what a coordinator's crash forgets. */
  readonly hintAfterMs: number;
  /** A hint is dropped this long after its write, in ms. Raising it costs memory and log while a node is away. */
  readonly hintWindowMs: number;
  /**
   * When copies that a read has found behind are repaired. `before`: before the answer, where reads meet each other and every write; then no
   * later read sees less. `behind`: after it. `none`: never.
   */
  readonly readRepair: 'before' | 'behind' | 'none';
  /** A node compares hash trees with one other this often, in ms; 0: never. Lowering it costs messages and hashing while the load goes on. */
  readonly antiEntropyMs: number;
  /** A deletion is kept for this long, in ms: whoever missed it must have heard of it by then. */
  readonly tombstoneGraceMs: number;
  /** Whether it is kept beyond that until all other copies of the key have been asked and none has anything older. */
  readonly tombstonesConfirmed: boolean;
  /** The log is cut after this many logged versions, or four times the keys held if these are more. Lowering it costs rewriting the keys held more often; raising it, log and recovery time. */
  readonly checkpointVersions: number;
}
