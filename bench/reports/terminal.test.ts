import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Run } from './run.ts';
import { buildScorecard } from './scorecard.ts';
import { renderScorecard, textStyle, wrap } from './terminal.ts';
import { INVENTED_MANIFEST, madeUpRun } from './testing/made-up-run.ts';

const run = madeUpRun();
const text = (of: Run, columns: number, colour = false): string =>
  renderScorecard(buildScorecard(of), { columns, colour });
const widest = (page: string): number => Math.max(...page.split('\n').map((line) => [...line].length));

test('the scorecard on 80 columns', () => {
  assert.equal(text(run, 80), NARROW);
});

test('a wider window shows more columns', () => {
  const section = text(run, 140)
    .split('\n\n')
    .find((part) => part.startsWith('After the leader'));
  assert.equal(`${section}\n`, WIDE_FAILOVER);
});

test('no line is wider than the window, and nothing is laid out narrower than 80', () => {
  for (const columns of [80, 90, 100, 120, 200]) assert.ok(widest(text(run, columns)) <= columns, `${columns}`);
  assert.equal(text(run, 40), text(run, 80));
});

test('a long name from outside is cut, and its control characters are taken out', () => {
  const name = `\u001b[2Jmy-${'very-'.repeat(12)}long-engine`;
  const trials = run.tables.trials!.map((row) => (row.engine === 'raft' ? { ...row, engine: name } : row));
  const page = text({ ...run, tables: { ...run.tables, trials } }, 80);
  assert.equal(page.includes('\u001b'), false);
  assert.match(page, /…/);
  const table = page.split('\n\n').find((part) => part.startsWith('Throughput'))!;
  assert.ok(widest(table) <= 80);
});

test('colours are painted only when asked for, and change nothing else', () => {
  const painted = text(run, 80, true);
  assert.ok(painted.includes('\u001b[31m'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is taken out
  assert.equal(painted.replace(/\u001b\[\d+m/g, ''), NARROW);
});

test('colours need a terminal, and NO_COLOR with any value forbids them', () => {
  assert.deepEqual(textStyle({ isTTY: true, columns: 132 }, {}), { columns: 132, colour: true });
  assert.equal(textStyle({ isTTY: true, columns: 132 }, { NO_COLOR: '1' }).colour, false);
  assert.equal(textStyle({ isTTY: true }, { NO_COLOR: '' }).colour, true);
  assert.deepEqual(textStyle({}, {}), { columns: 80, colour: false });
});

test('a run that is quick, interrupted, robbed of its CPU or short of faults says so', () => {
  const manifest = {
    ...INVENTED_MANIFEST,
    quick: true,
    interrupted: true,
    stealShare: 0.061,
    machine: { ...INVENTED_MANIFEST.machine, fileSystem: 'tmpfs' },
  };
  const failovers = run.tables.failovers!.filter((row) => row.engine !== 'raft' || row.seed! <= 2);
  const page = text({ ...run, manifest, tables: { ...run.tables, failovers } }, 100);
  for (const part of [
    /was interrupted/,
    /quick run has few repeats/,
    /took 6\.1 % of the CPU/,
    /memory file system/,
    /Fewer than 6 valid faults: raft\./,
  ]) {
    assert.match(page, part);
  }
});

test('an engine whose trials are all void is named, and none of its figures shown', () => {
  const spoil = <Row extends { engine?: string | undefined }>(rows: readonly Row[]): Row[] =>
    rows.map((row) => (row.engine === 'raft' ? { ...row, valid: false, void_reason: 'a node threw' } : row));
  const { tables } = run;
  const page = text(
    { ...run, tables: { ...tables, trials: spoil(tables.trials!), failovers: spoil(tables.failovers!) } },
    80,
  );
  assert.match(page, /No valid trial: raft\./);
  assert.match(page, /23 of 155 trials void.*\n +23 × a node threw/);
  assert.match(page, /6 of 42 faults void/);
  assert.doesNotMatch(page, /^raft/m);
});

test('an engine that came back after some faults only shows its lower bound last', () => {
  const failovers = run.tables.failovers!.map((row) =>
    row.engine === 'raft' && row.seed === 1 ? { ...row, outage_ms: 900, censored: true, rto_ms: undefined } : row,
  );
  const page = text({ ...run, tables: { failovers } }, 80);
  assert.match(page, /^raft +\d+\/\d+\/> 900 /m);
  assert.match(page, /Not writable again: .*raft \(1 of 6, 900 ms\s+observed\)\./s);
});

test('a run without any row says that nothing was measured', () => {
  const page = text({ ...run, tables: {} }, 80);
  assert.match(page, /Nothing was measured\./);
  assert.doesNotMatch(page, /lost\/acked/);
});

test('text is broken at spaces, with later lines indented', () => {
  assert.deepEqual(wrap('one two three', 7, '  '), ['one two', '  three']);
  assert.deepEqual(wrap('  incredible', 5, '    '), ['  incredible']);
});

const NARROW = `Replication engines compared
suite default, seed 7, 2024-05-06 07:08 UTC, Replibench 0.1.0
2 cores (Made-up CPU), 8 GiB, linux 6.1, Node 20.19.0
logs on ext4, synced write 0.31 ms (p99 1.2)

Throughput
update, operations/s at 64 closed-loop clients, by durability; p50 of a write in
ms at 1 client
engine                   fsync  of floor     none  of floor  p50 at 1, fsync  n
unreplicated            68,600      36 %  120,000      63 %             0.31  3
primary-replica         34,000      18 %   55,500      29 %             0.60  3
primary-replica:async   52,000      28 %   88,000      46 %             0.35  3
primary-replica:manual  52,000      27 %   91,000      48 %             0.36  3
multi-primary           32,000      17 %   52,000      28 %             0.70  3
multi-primary:one       48,000      25 %   85,000      45 %             0.40  3
raft                    38,000      20 %   63,000      33 %             0.62  3

Latency
ycsb-a, open loop at 2,000 operations/s, fsync; ms from intended start; idle:
one put at a time, fsync
engine                  write p50  p99  read p50   p99  idle p50  idle p99  n
unreplicated                 0.37  1.5      0.19  0.74      0.28      0.68  1
primary-replica              0.72  2.9      0.36   1.4      0.54       1.3  1
primary-replica:async        0.42  1.7      0.21  0.84      0.32      0.77  1
primary-replica:manual       0.43  1.7      0.22  0.86      0.32      0.79  1
multi-primary                0.84  3.4      0.42   1.7      0.63       1.5  1
multi-primary:one            0.48  1.9      0.24  0.96      0.36      0.88  1
raft                         0.74  3.0      0.37   1.5      0.56       1.4  1

After the leader is killed
outage: ms without an ok write for the clients worst off, min/median/max;
commit, RTO: ms, medians
engine                         outage   commit      RTO  lost/acked  false  n
unreplicated            > 4,000 never  > 4,000  > 4,000     0/2,340      0  6
primary-replica         682/935/1,050      918      939     0/2,340      0  6
primary-replica:async   704/837/1,020      820      841     3/2,340      0  6
primary-replica:manual  > 4,000 never  > 4,000  > 4,000     0/2,340      0  6
multi-primary                15/19/29      2.0       23     0/2,340      0  6
multi-primary:one            17/19/25      2.0       23     1/2,340      0  6
raft                      478/641/764      624      645     0/2,340      0  6
Not writable again: unreplicated (6 of 6, 4,000 ms observed),
  primary-replica:manual (6 of 6, 4,000 ms observed).

Cost of an acknowledged operation
update at 64 closed-loop clients, fsync; all nodes together
engine                  messages  bytes  syncs  CPU ms  n
unreplicated                   0      0  0.021   0.013  3
primary-replica             0.40     84  0.021   0.013  3
primary-replica:async       0.30     63  0.021   0.012  3
primary-replica:manual      0.30     63  0.021   0.013  3
multi-primary                2.6    550  0.021   0.013  3
multi-primary:one            2.2    460  0.021   0.013  3
raft                        0.41     86  0.021   0.012  3

Floor
bare messages between client, leader and two followers; batch: one a turn,
single: one an operation
mode    clients  operations/s  p50 ms  n
single        1         9,000    0.10  1
single       64       160,000    0.10  1
batch         1         9,100    0.10  1
batch        64       190,000    0.10  1

1 of 155 trials void, left out of every figure:
  1 × the hypervisor stole 7 % of the CPU

n: valid repeats, for failovers faults; figures are medians. · : not measured.
of floor: share of what bare threads carry without a protocol; travels best.
> x: not over after the x ms observed. commit: first new write that ended ok.
RTO: from then on 99 % succeed. false: leader changes without a cause.
lost/acked: acknowledged writes that no node held afterwards.

Tables, charts and page: /results/made-up
`;

const WIDE_FAILOVER = `After the leader is killed
outage: ms without an ok write for the clients worst off, min/median/max; commit, RTO: ms, medians
engine                         outage  elsewhere   commit      RTO  lost/acked  false  not served  two prim. ms  n
unreplicated            > 4,000 never    > 4,000  > 4,000  > 4,000     0/2,340      0      12,006             0  6
primary-replica         682/935/1,050        927      918      939     0/2,340      0       2,691             0  6
primary-replica:async   704/837/1,020        829      820      841     3/2,340      0       2,530             0  6
primary-replica:manual  > 4,000 never    > 4,000  > 4,000  > 4,000     0/2,340      0      12,006             0  6
multi-primary                15/19/29         11      2.0       23     0/2,340      0          36             0  6
multi-primary:one            17/19/25         11      2.0       23     1/2,340      0          38             0  6
raft                      478/641/764        633      624      645     0/2,340      0       1,883             0  6
Not writable again: unreplicated (6 of 6, 4,000 ms observed), primary-replica:manual (6 of 6, 4,000 ms observed).
`;
