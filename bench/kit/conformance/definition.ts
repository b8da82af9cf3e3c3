/** The definition itself: presets that can be set and run, problems told in sentences, claims that checks can read. */
import type { AnyEngine, Claims, SessionGuarantee } from '../../../engines/api.ts';
import { membersOf } from '../../fuzz/environment.ts';
import type { Check } from './check.ts';

const SESSIONS: readonly SessionGuarantee[] = [
  'read-your-writes',
  'monotonic-reads',
  'monotonic-writes',
  'writes-follow-reads',
];
const NEEDS: readonly Claims['needs'][] = ['any-node', 'write-quorum', 'majority', 'all'];
const READS = ['linearizable', 'eventual'];

export const definition: Check = {
  name: 'definition',
  promise: 'options are flat, problems are sentences, claims are well formed, and few members are enough',
  presets: 'all',
  run({ engine, preset, options }) {
    const problem = problemOfOptions(engine, preset, options);
    if (problem !== undefined) return problem;
    const enough = preset === 'default' ? 3 : 5;
    for (const count of [1, 2, 3, 5]) {
      const members = membersOf(count);
      const problems = problemsOf(engine, options, count);
      if (typeof problems === 'string') return problems;
      if (count === enough && problems.length > 0) {
        return `the preset ${preset} cannot run on ${count} members: ${problems[0]}`;
      }
      const broken = problems.length > 0 ? undefined : problemOfClaims(engine.claims(options, members), count);
      if (broken !== undefined) return `on ${count} members, ${broken}`;
    }
    for (const name of Object.keys(options)) {
      const problems = problemsOf(engine, { ...options, [name]: null }, 3);
      if (typeof problems === 'string') return problems;
    }
    return undefined;
  },
};

function problemOfOptions(engine: AnyEngine, preset: string, options: object): string | undefined {
  const other = Object.entries(engine.presets as Record<string, object>).find(
    ([, one]) => namesOf(one) !== namesOf(options) && !isOtherKind(one, options),
  );
  if (other !== undefined) {
    return `the preset ${preset} has the options ${namesOf(options)}, and ${other[0]} has ${namesOf(other[1])}`;
  }
  const deep = Object.entries(options).find(([, value]) => !['number', 'string', 'boolean'].includes(typeof value));
  return deep && `the option ${deep[0]} of the preset ${preset} is neither a number nor a string nor a boolean`;
}

const namesOf = (options: object): string => Object.keys(options).sort().join(', ') || 'none';

/** Presets of several kinds may have other options each, where the first option of all is a word that tells the kinds apart. */
function isOtherKind(one: object, other: object): boolean {
  const [[name, kind] = [], [otherName, otherKind] = []] = [Object.entries(one)[0], Object.entries(other)[0]];
  return name === otherName && typeof kind === 'string' && typeof otherKind === 'string' && kind !== otherKind;
}

/** What `validate` says; a string: it does not say it as it should. */
function problemsOf(engine: AnyEngine, options: object, members: number): readonly string[] | string {
  const problems: unknown = engine.validate?.(options, membersOf(members)) ?? [];
  if (!Array.isArray(problems)) return `validate returned ${JSON.stringify(problems)} and no list of sentences`;
  const bad = problems.find((problem) => typeof problem !== 'string' || !/^\S+ .*\.$/s.test(problem));
  return bad === undefined
    ? (problems as string[])
    : `validate said ${JSON.stringify(bad)}, which is no whole sentence`;
}

function problemOfClaims(claims: Claims, members: number): string | undefined {
  const { reads, sessions, acknowledged, assumes, deadlines } = claims;
  const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
  const isAmount = (value: unknown): boolean => typeof value === 'number' && value >= 0;
  const wrong: readonly (readonly [isWrong: boolean, what: string])[] = [
    [!Object.values(reads).every((read) => READS.includes(read)), `reads must be ${READS.join(' or ')}`],
    [!sessions.every((session) => SESSIONS.includes(session)), `sessions must be of ${SESSIONS.join(', ')}`],
    [!isCount(acknowledged.lostNodes) || acknowledged.lostNodes >= members, 'lostNodes must be fewer than the members'],
    [!isCount(acknowledged.lostDisks) || acknowledged.lostDisks >= members, 'lostDisks must be fewer than the members'],
    [typeof acknowledged.powerLoss !== 'boolean', 'powerLoss must be true or false'],
    [typeof claims.exactlyOnce !== 'boolean', 'exactlyOnce must be true or false'],
    [typeof claims.converges !== 'boolean', 'converges must be true or false'],
    [!NEEDS.includes(claims.needs), `needs must be one of ${NEEDS.join(', ')}`],
    [!isAmount(assumes.driftPpm) || !isAmount(assumes.skewMs), 'assumes must say driftPpm and skewMs, 0 or more'],
    [
      deadlines !== undefined && !(deadlines.heartbeatMs > 0 && deadlines.shortestTimeoutMs > deadlines.heartbeatMs),
      'the shortest time-out must be longer than the heartbeat',
    ],
  ];
  const found = wrong.find(([isWrong]) => isWrong);
  return found && `the claims are not well formed: ${found[1]}`;
}
