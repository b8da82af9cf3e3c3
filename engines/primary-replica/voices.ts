/**
 * Who counts for what. N full members hold data; voices are the full members and the witnesses.
 *
 * With k copies every acknowledged write stands on k + 1 full members. So any N − k full members contain a holder of it,
 * and leave the old primary at most k: one too few to acknowledge anything more. A majority of the voices as well makes
 * sure that no two candidates win the same epoch.
 */
import type { Claims, Member, NodeId } from '../api.ts';
import type { Options } from './options.ts';

export class Voices {
  readonly full: readonly NodeId[];
  readonly all: readonly NodeId[];
  /** Copies besides the primary's own that an acknowledged write has: 0 when async. */
  readonly copies: number;
  readonly majority: number;
  readonly #full: ReadonlySet<NodeId>;

  constructor(options: Options, members: readonly Member[]) {
    this.full = members.filter((member) => member.kind === 'full').map((member) => member.id);
    this.all = members.filter((member) => member.kind !== 'spare').map((member) => member.id);
    this.copies = options.mode === 'sync' ? options.copies : 0;
    this.majority = Math.floor(this.all.length / 2) + 1;
    this.#full = new Set(this.full);
  }

  isFull(node: NodeId): boolean {
    return this.#full.has(node);
  }

  /** Full members whose promises a promotion needs: N − k when sync; async asks only for the majority of voices. */
  get fullToPromote(): number {
    return this.copies === 0 ? 0 : this.full.length - this.copies;
  }

  /** Whether these voices, the candidate's own among them, may promote it. */
  suffice(promises: ReadonlySet<NodeId>): boolean {
    let full = 0;
    for (const node of promises) if (this.#full.has(node)) full += 1;
    return promises.size >= this.majority && full >= this.fullToPromote;
  }

  /** Whether no promotion can do without all of these: so many voices, and full members among them, hold to the primary. */
  block(voices: number, full: number): boolean {
    return this.all.length - voices < this.majority || this.full.length - full < this.fullToPromote;
  }
}

/** What the engine promises on these members. */
export function claims(options: Options, members: readonly Member[]): Claims {
  const voices = new Voices(options, members);
  const assumes = { driftPpm: options.driftPpm, skewMs: Number.MAX_SAFE_INTEGER };
  const manual = options.authority === 'manual';
  // A lapsed lease refuses clients before anyone suspects anything.
  const deadlines = { shortestTimeoutMs: options.leaseMs, heartbeatMs: options.heartbeatMs };
  const common = { exactlyOnce: false, converges: true, assumes, ...(!manual && { deadlines }) };
  const everySession = ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'] as const;
  if (options.mode === 'async') {
    return {
      ...common,
      // With one primary for ever, which applies nothing before it is on its disk, reads there are of one copy.
      reads: { default: manual ? 'linearizable' : 'eventual', local: 'eventual' },
      sessions: manual ? everySession : [],
      acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: manual },
      needs: manual ? 'all' : 'majority',
    };
  }
  const full = voices.full.length;
  const witnesses = voices.all.length - full;
  const toPromote = Math.max(voices.fullToPromote, voices.majority - witnesses, 1);
  const nodes = Math.max(toPromote, options.copies + 1);
  const needs = manual || nodes >= full ? 'all' : nodes <= voices.majority ? 'majority' : 'write-quorum';
  return {
    ...common,
    reads: { default: 'linearizable', local: 'eventual' },
    sessions: everySession,
    // Beyond N − (those a promotion needs) the copies may still exist, but no one can be promoted to serve them.
    acknowledged: {
      lostNodes: manual ? 0 : Math.min(options.copies, full - toPromote),
      lostDisks: 0,
      powerLoss: true,
    },
    needs,
  };
}
