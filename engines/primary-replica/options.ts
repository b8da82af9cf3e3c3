/** The engine's options, the presets, and what cannot work. */
import type { Member } from '../api.ts';

export interface Options {
  /**
   * When a client is told yes. `async`: when the primary itself has the write on its disk. `sync`: when `copies` replicas have it
   * on theirs too; it never falls back, so without enough replicas writes wait.
   */
  readonly mode: 'async' | 'sync';
  /**
   * k, the copies besides the primary's own that a sync write waits for; `async` does not look at it. Raising it makes writes
   * as slow as the k-th nearest replica, and promotion easier: that needs N − k of the N full members.
   */
  readonly copies: number;
  /** Who may promote. `majority`: promises of a new epoch from enough voices. `manual`: nobody; the first member leads for ever. */
  readonly authority: 'majority' | 'manual';
  /** Between heartbeats, ms. Raising it saves messages and makes leases and detection coarser. Default: a tenth of detection. */
  readonly heartbeatMs: number;
  /** Silence of the primary after which a replica seeks promotion, ms. Raising it lengthens outages and spares false failovers. */
  readonly detectionMs: number;
  /**
   * How long a heartbeat's answer binds the replica not to promise a new epoch, ms. Without fresh answers the primary stops
   * itself that long after the last one. Raising it rides out longer pauses; it must stay below detection.
   */
  readonly leaseMs: number;
  /** How far a clock's rate may be off, parts per million: shortens the lease at the primary. Default: twice what NTP slews. */
  readonly driftPpm: number;
  /** A candidate waits a random part of this beyond detection, ms. Raising it avoids split candidacies and costs half of it. */
  readonly spreadMs: number;
  /** A candidacy without success is tried again after this and a random part of the spread, ms. Should exceed two round trips. */
  readonly retryMs: number;
  /** Whether the end of the primary's process, where the host reports it, cuts detection short. The lease is still waited out. */
  readonly linkHint: boolean;
  /** Records in one message at most. Raising it speeds catch-up and makes the receiver's turns longer. */
  readonly recordsPerMessage: number;
  /** Records sent to one replica and not yet acknowledged at most. Raising it fills longer links, and queues. */
  readonly windowRecords: number;
  /** Operations that may wait for copies at the primary; more are refused. Raising it costs memory. */
  readonly waitingMax: number;
}

const wellRun: Options = {
  mode: 'sync',
  copies: 1,
  authority: 'majority',
  heartbeatMs: 100,
  detectionMs: 1000,
  leaseMs: 800,
  driftPpm: 1000,
  spreadMs: 150,
  retryMs: 150,
  linkHint: false,
  recordsPerMessage: 512,
  windowRecords: 8192,
  waitingMax: 16384,
};

export const presets = {
  /** A well-run cluster: complete copies only are promoted, epochs and a lease fence the old primary. */
  default: wellRun,
  /** The same, but clients are told yes before any copy exists: a failover may lose the newest writes. */
  async: { ...wellRun, mode: 'async' },
  /** The white paper's hot standby: copies are kept, and nobody promotes them. */
  manual: { ...wellRun, mode: 'async', authority: 'manual' },
} as const satisfies Record<string, Options>;

const AT_LEAST: readonly (readonly [field: keyof Options, least: number, unit: string, whole: boolean])[] = [
  ['heartbeatMs', 1, ' ms', false],
  ['detectionMs', 1, ' ms', false],
  ['leaseMs', 1, ' ms', false],
  ['driftPpm', 0, ' ppm', false],
  ['spreadMs', 0, ' ms', false],
  ['retryMs', 1, ' ms', false],
  ['recordsPerMessage', 1, '', true],
  ['windowRecords', 1, '', true],
  ['waitingMax', 1, '', true],
];

/** What is wrong with these options on these members, in whole sentences. */
export function validate(options: Options, members: readonly Member[]): string[] {
  const wrong: string[] = [];
  const full = members.filter((member) => member.kind === 'full').length;
  if (full === 0) wrong.push('members must hold at least one full member, but none holds data.');
  if (options.mode !== 'async' && options.mode !== 'sync') {
    wrong.push(`mode must be "async" or "sync", but is ${JSON.stringify(options.mode)}.`);
  }
  if (options.authority !== 'majority' && options.authority !== 'manual') {
    wrong.push(`authority must be "majority" or "manual", but is ${JSON.stringify(options.authority)}.`);
  }
  if (typeof options.linkHint !== 'boolean') {
    wrong.push(`linkHint must be true or false, but is ${JSON.stringify(options.linkHint)}.`);
  }
  const { copies } = options;
  if (options.mode === 'sync' && !(Number.isInteger(copies) && copies >= 1 && copies <= full - 1)) {
    wrong.push(
      full < 2
        ? `copies needs at least two full members in mode "sync", but there is ${full}.`
        : `copies must be a whole number from 1 to ${full - 1} with ${full} full members, but is ${JSON.stringify(copies)}.`,
    );
  }
  for (const [field, least, unit, whole] of AT_LEAST) {
    const value = options[field];
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least || (whole && !Number.isInteger(value))) {
      const kind = whole ? 'a whole number' : 'a number';
      wrong.push(`${field} must be ${kind} of at least ${least}${unit}, but is ${JSON.stringify(value)}.`);
    }
  }
  if (options.driftPpm > 100_000) wrong.push(`driftPpm must be at most 100000 ppm, but is ${options.driftPpm}.`);
  if (options.windowRecords < options.recordsPerMessage) {
    wrong.push(
      `windowRecords must be at least recordsPerMessage (${options.recordsPerMessage}), but is ${options.windowRecords}.`,
    );
  }
  if (options.authority === 'majority') {
    if (options.leaseMs < 2 * options.heartbeatMs) {
      wrong.push(
        `leaseMs must be at least two heartbeats (${2 * options.heartbeatMs} ms), or one lost heartbeat ends the lease, but is ${options.leaseMs} ms.`,
      );
    }
    if (options.detectionMs < options.leaseMs + options.heartbeatMs) {
      wrong.push(
        `detectionMs must be at least leaseMs + heartbeatMs (${options.leaseMs + options.heartbeatMs} ms), so that the primary has stopped before anyone promotes, but is ${options.detectionMs} ms.`,
      );
    }
  }
  return wrong;
}
