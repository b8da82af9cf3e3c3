/**
 * The engine contract: what a replication engine is given (`Host`) and what it must answer to (`Replica`).
 *
 * An engine is a deterministic function of the inputs that its host hands it, one at a time: requests, messages, timers.
 * It has no clock, randomness, file or network of its own. The same compiled engine runs on worker threads with real files
 * and in the simulation with virtual time. Times are in milliseconds, and may have fractions, unless a name says otherwise.
 *
 * Messages and entries are plain data: what survives `JSON.parse(JSON.stringify(x))` unchanged. So: no `undefined` in
 * arrays, no `NaN` or `Infinity`, no `Map`, `Set`, `Date` or class instances.
 */

// ---------------------------------------------------------------------------------------------------------- places

export type NodeId = string;

/** A node that the trial declares, spares included: the members are an address book. Who votes is the engine's own affair. */
export interface Member {
  readonly id: NodeId;
  /** The data centre that the node stands in. */
  readonly zone: string;
  /** `full` holds data; `witness` takes part in decisions without data; `spare` waits until a command adds it. */
  readonly kind: 'full' | 'witness' | 'spare';
}

// -------------------------------------------------------------------------------------------------------- requests

/**
 * What a client asks of one key. `append` adds `value` to the end of the string, an absent key counting as empty. `add` adds the
 * whole number that `value` writes out ("3", "-2") to the key's, and leaves the sum as text; an absent key counts as 0, and so
 * does a text that is no whole number.
 */
export type Operation = { readonly key: string } & (
  | { readonly kind: 'get' | 'delete' }
  | { readonly kind: 'put' | 'append' | 'add'; readonly value: string }
  /** Writes `value` if the key's value is `expected` (null: absent). */
  | { readonly kind: 'cas'; readonly expected: string | null; readonly value: string }
);

/** Names one question to this node; it is answered at most once, by `reply` or by `fail`. */
export interface Ticket {
  /** Unique over all lives of a node. */
  readonly id: number;
}

export interface Request extends Ticket {
  readonly operation: Operation;
  /** `default`: as the engine claims; `local`: this node's state, however old; `versions`: with the losing versions too. */
  readonly read: 'default' | 'local' | 'versions';
  /** The client, and its operation's number: both the same on a retry. */
  readonly session: string;
  readonly serial: number;
  /** Serials up to this one will not be retried any more. */
  readonly settled: number;
  /** What the session's last `Result` carried. */
  readonly context?: string;
}

export interface Result {
  /** The value that a `get` found; null: absent. */
  readonly value?: string | null;
  /** Whether a `cas` wrote. */
  readonly swapped?: boolean;
  /** What a `cas` that did not write saw instead, where the engine knows. */
  readonly observed?: string | null;
  /** `accepted`: fewer copies hold the write than the engine's options promise (CouchDB's 202). Left out: `committed`. */
  readonly ack?: 'committed' | 'accepted';
  /** All versions that are kept of the key, the winner first. */
  readonly versions?: readonly string[];
  /** How far this replica's state may be behind. */
  readonly lagMs?: number;
  /** To be handed back with the session's next request. */
  readonly context?: string;
}

/** `none` is a promise: the operation has had no effect and never will. When in doubt, `unknown`. */
export type Failure =
  | {
      readonly effect: 'none';
      readonly reason: 'not-leader' | 'unavailable' | 'conflict' | 'unsupported';
      /** Where to ask instead, if known. */
      readonly leader?: NodeId;
    }
  | { readonly effect: 'unknown'; readonly reason: string };

/** What an administrator asks; each has its ticket and its answer, as a request has. */
export type Command =
  | { readonly kind: 'add' | 'remove' | 'promote'; readonly node: NodeId }
  | { readonly kind: 'replace'; readonly node: NodeId; readonly by: NodeId }
  | { readonly kind: 'transfer'; readonly to?: NodeId }
  | { readonly kind: 'drain' | 'snapshot' };

// ------------------------------------------------------------------------------------------------ log and store

/**
 * When an output may leave, at the earliest at its turn's end. Left out: once everything appended so far is durable.
 * A position: once the log is durable up to it. `'now'`: at the turn's end.
 */
export type When = 'now' | number;

/** The node's durable memory, and its only one: what was appended comes back, in order, in the next life. */
export interface DurableLog<Entry> {
  /** What the former lives left: at least what was durable, always a prefix of what was appended. Positions 1..length. */
  readonly recovered: readonly Entry[];
  /** Appends and returns the entry's position in this life. It is written at the turn's end and then synced. */
  append(entry: Entry): number;
  /** Forgets all entries before this position, once all appended so far is durable. */
  discard(before: number): void;
}

/** The key-value state machine. It is volatile: a new life starts with an empty one. The harness reads it. */
export interface Store {
  get(key: string): string | null;
  /** Carries out the operation and returns its result. With an index, the harness compares replicas index by index. */
  apply(operation: Operation, index?: number): Result;
  /** Sets a key to a value that the engine has chosen; null removes it. */
  set(key: string, value: string | null): void;
  clear(): void;
  entries(): Iterable<readonly [key: string, value: string]>;
  readonly size: number;
  /** The state as of now, to be read in pieces while the store changes. Close it when done. */
  view(): StoreView;
}

export interface StoreView {
  /** Up to `limit` pairs; none when all have been handed out. */
  next(limit: number): readonly (readonly [key: string, value: string])[];
  close(): void;
}

// ------------------------------------------------------------------------------------------------------------ host

/** What an engine says of itself. Notes label charts and split figures; only where failure detection itself is measured do they make a score. */
export type Note =
  | { readonly kind: 'suspects' | 'trusts'; readonly node: NodeId }
  | { readonly kind: 'leads' | 'steps-down'; readonly epoch: number }
  /** After a restart, or on an empty disk: all is here that had been acknowledged when this node was heard of again. */
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'trace'; readonly text: string };

/**
 * The world as one replica sees it. One handler runs at a time, to completion. Inputs come in turns: a turn is everything
 * waiting at the node, at most 256 inputs. Outputs leave at the turn's end, and not before what their `when` names is
 * durable. Links lose, delay, reorder and duplicate messages, and may be cut; they never corrupt. A throw is a crash.
 */
export interface Host<Message extends { readonly type: string }, Entry> {
  readonly self: NodeId;
  readonly members: readonly Member[];
  /** `found`: the cluster starts for the first time; `join`: a spare or replacement starts empty; `restart`: a new life. */
  readonly boot: 'found' | 'join' | 'restart';
  /** This node's monotonic time. It is read anew at each input, and never cached across inputs. */
  now(): number;
  /** This node's idea of the time of day. It may be skewed and may jump. */
  wallClock(): number;
  /** A number in [0, 1), seeded by trial, node and life. */
  random(): number;
  send(to: NodeId, message: Message, when?: When): void;
  /** Fires `onTimer(name)` once, at or after its time. Setting a timer again replaces it. */
  setTimer(name: string, delayMs: number): void;
  clearTimer(name: string): void;
  readonly log: DurableLog<Entry>;
  readonly store: Store;
  reply(ticket: Ticket, result: Result, when?: When): void;
  /** Waits as `reply` does: what led to a refusal may not have been durable either. */
  fail(ticket: Ticket, failure: Failure, when?: When): void;
  note(note: Note): void;
}

// --------------------------------------------------------------------------------------------------------- replica

/** One engine instance, running on one node, for one life. Each call must do a bounded amount of work. */
export interface Replica<Message> {
  onRequest(request: Request): void;
  onMessage(from: NodeId, message: Message): void;
  onTimer(name: string): void;
  status(): ReplicaStatus;
  /** Missing: the host answers `unsupported`. */
  onCommand?(ticket: Ticket, command: Command): void;
  /** The log is durable up to this position. An input like any other. */
  onDurable?(position: number): void;
  /** A peer's process ended, or returned. Never called for cuts or silence. */
  onLink?(peer: NodeId, up: boolean): void;
  /** All inputs of this turn are in: the place to send what was gathered. */
  onTurnEnd?(): void;
  /** Whether this node is one of the key's owners. Missing: every node holds every key. */
  holds?(key: string): boolean;
  /** Simulation only: what the engine's own `invariants` look at. */
  inspect?(): unknown;
}

export interface ReplicaStatus {
  /** `leader`, `follower`, `primary`, `replica`, `peer`, …: the engine's own word. */
  readonly role: string;
  readonly leader?: NodeId;
  readonly epoch?: number;
  /** A few more facts worth showing to a person. */
  readonly details?: { readonly [name: string]: string | number | boolean };
}

// ---------------------------------------------------------------------------------------------------------- engine

export type SessionGuarantee = 'read-your-writes' | 'monotonic-reads' | 'monotonic-writes' | 'writes-follow-reads';

/** What an engine promises under given options: checks hold it to this, and to no more. */
export interface Claims {
  readonly reads: { readonly [mode in Request['read']]?: 'linearizable' | 'eventual' };
  readonly sessions: readonly SessionGuarantee[];
  /** What an acknowledged write survives: so many nodes lost, so many disks lost, and a power loss of all nodes at once. */
  readonly acknowledged: { readonly lostNodes: number; readonly lostDisks: number; readonly powerLoss: boolean };
  /**
   * Whether an acknowledged `append` stays where others append to the same key at the same time. False: who appends reads the
   * value and writes it anew, and of two at once one may be overwritten. Missing: true.
   */
  readonly keepsAppends?: boolean;
  /**
   * Of two writes neither of which knew of the other both are kept, the one that lost readable by `versions`, until a later write replaces what
   * it has read. A delete then removes only what it has read, and what had lost may be the key's value again: of keys that
   * are deleted sessions are promised nothing. Missing: false, the later one replaces the other.
   */
  readonly keepsConcurrent?: boolean;
  /**
   * With `keepsConcurrent`: whether a put or delete of a key that its session has just read replaces only what that read has seen. Missing:
   * false, it replaces what is read for it by whoever coordinates it.
   */
  readonly replacesOnlyRead?: boolean;
  /**
   * Whether an acknowledged `add` counts where others add to the same key at the same time. False: who adds reads the value and
   * writes the sum, and of two at once one may be overwritten. Missing: true.
   */
  readonly keepsAdds?: boolean;
  /** Whether a retried request takes effect once. */
  readonly exactlyOnce: boolean;
  /** Whether all copies become equal once faults have ended and writes have stopped. */
  readonly converges: boolean;
  /** Which nodes must be up and connected for writes to go on. */
  readonly needs: 'any-node' | 'write-quorum' | 'majority' | 'all';
  /** The clocks under which the other promises hold. */
  readonly assumes: { readonly driftPpm: number; readonly skewMs: number };
  /**
   * The shortest time-out after which a node is thought dead, and the interval of the signs of life that prevent it. A
   * trial in which a node handled a deadline later than half of the difference is void. Missing: no verdict hangs on time.
   */
  readonly deadlines?: { readonly shortestTimeoutMs: number; readonly heartbeatMs: number };
  /**
   * What an election takes, for a model to compare figures with. A node that hears nothing from its leader, who sends a sign of
   * life each `heartbeatMs`, waits for a time drawn evenly between the two time-outs; then follow so many round trips to the
   * others, and so many syncs, one after the other. Missing: elections are of another kind, or there are none.
   */
  readonly election?: {
    readonly timeoutMinMs: number;
    readonly timeoutMaxMs: number;
    readonly heartbeatMs: number;
    readonly roundTrips: number;
    readonly syncs: number;
  };
}

/** The default export of an engine's module. */
export interface EngineDefinition<Message extends { readonly type: string }, Entry, Options extends object> {
  readonly name: string;
  readonly presets: { readonly default: Options } & { readonly [preset: string]: Options };
  claims(options: Options, members: readonly Member[]): Claims;
  /** What is wrong with these options on these members, in whole sentences; empty: nothing. */
  validate?(options: Options, members: readonly Member[]): readonly string[];
  /** False: it keeps no data of clients and refuses every write, so it is left out where writes are measured. Missing: it stores. */
  readonly stores?: false;
  /** The commands that it carries out; missing: none. */
  readonly commands?: readonly Command['kind'][];
  /** Starts a life. `host.log.recovered` is there already; timers may be set and messages sent. */
  create(host: Host<Message, Entry>, options: Options): Replica<Message>;
  /** Simulation only: looks at what every live node's `inspect` gave; returns the broken invariant in one sentence. */
  invariants?(nodes: ReadonlyMap<NodeId, unknown>): string | undefined;
}

/** Any engine, for code that does not care which. */
// biome-ignore lint/suspicious/noExplicitAny: the types of messages, entries and options are each engine's own
export type AnyEngine = EngineDefinition<any, any, any>;
