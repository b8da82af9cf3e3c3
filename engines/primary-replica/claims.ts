/** What the engine promises under its options on these members. */
import type { Claims, Member } from '../api.ts';
import { expectedSilenceMs } from './detection.ts';
import type { Options } from './options.ts';
import { Voices } from './voices.ts';

const EVERY_SESSION = ['read-your-writes', 'monotonic-reads', 'monotonic-writes', 'writes-follow-reads'] as const;

export function claims(options: Options, members: readonly Member[]): Claims {
  const voices = new Voices(options, members);
  const isManual = options.authority === 'manual';
  const { isSafe } = voices;
  // Who may have been replaced without knowing it shows what was true before.
  const isLinearizable = isSafe && options.reads === 'primary' && (isManual || options.fencing === 'lease');
  return {
    reads: { default: isLinearizable ? 'linearizable' : 'eventual', local: 'eventual' },
    sessions: isLinearizable ? EVERY_SESSION : [],
    acknowledged: {
      lostNodes:
        isSafe && !isManual
          ? Math.max(0, Math.min(voices.copies, voices.full.length - neededFull(options, voices)))
          : 0,
      lostDisks: 0,
      powerLoss: isSafe,
    },
    exactlyOnce: true,
    converges: true,
    needs: needs(options, voices),
    assumes: { driftPpm: options.driftPpm, skewMs: Number.MAX_SAFE_INTEGER },
    ...(!isManual && { deadlines: deadlines(options) }),
  };
}

/** Full members without which nobody is promoted. Beyond them copies may still exist, but nobody can be told to serve them. */
function neededFull({ authority }: Options, { voters, full, majority, fullToPromote }: Voices): number {
  if (authority === 'standby') return 1;
  const witnesses = voters.filter((id) => !full.includes(id)).length;
  return Math.max(fullToPromote, majority - witnesses);
}

function needs(options: Options, voices: Voices): Claims['needs'] {
  if (options.authority === 'manual') return 'all';
  const full = voices.full.length;
  const nodes = Math.max(neededFull(options, voices), options.answer === 'sync' ? voices.copies + 1 : 1);
  if (nodes >= full) return 'all';
  if (options.authority === 'standby') return options.answer === 'sync' ? 'write-quorum' : 'any-node';
  return nodes <= voices.majority ? 'majority' : 'write-quorum';
}

/** A lapsed lease refuses clients before anyone suspects anything. */
function deadlines(options: Options): NonNullable<Claims['deadlines']> {
  const times = [expectedSilenceMs(options)];
  if (options.fencing === 'lease') times.push(options.leaseMs);
  if (options.isolationMs > 0) times.push(options.isolationMs);
  return { shortestTimeoutMs: Math.min(...times), heartbeatMs: options.heartbeatMs };
}
