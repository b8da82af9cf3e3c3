/** For tests: the checkers against brute force, on small random histories. */
import { Random } from '../../random.ts';
import { NONE, type Operations, OperationsBuilder } from '../columns.ts';
import { checkLinearizability, rowsByKey } from '../linearizability.ts';
import { search } from '../search.ts';
import { stepsOf } from '../search-steps.ts';
import { ZoneChecker } from '../zones.ts';
import { contradict, isLinearizable } from './brute-force.ts';
import { randomExecution, randomHistory, type SmallHistory, STYLES } from './random-histories.ts';

export interface Tally {
  histories: number;
  linearizable: number;
  /** Of those that the zones could judge: all, and the linearizable ones. */
  byZones: number;
  linearizableByZones: number;
  /** By position in STYLES. */
  readonly byStyle: number[];
  readonly linearizableByStyle: number[];
}

export function operationsOf({ lines, initial }: SmallHistory): Operations {
  const builder = new OperationsBuilder();
  for (const line of lines) builder.add(line);
  const operations = builder.build();
  if (initial === null) return operations;
  const values = Array.from({ length: operations.valueCount }, (_, value) => operations.valueText(value));
  const known = values.indexOf(initial);
  if (known < 0) values.push(initial);
  return {
    ...operations,
    valueCount: values.length,
    initial: operations.initial.fill(known < 0 ? values.length - 1 : known),
    valueText: (value) => (value === NONE ? null : values[value]!),
  };
}

/** Throws at the first history on which two of them disagree, or whose window is too small or too large. */
export function compareCheckers(seed: number, histories: number, operationsMax: number): Tally {
  const tally: Tally = {
    histories,
    linearizable: 0,
    byZones: 0,
    linearizableByZones: 0,
    byStyle: STYLES.map(() => 0),
    linearizableByStyle: STYLES.map(() => 0),
  };
  const random = new Random(seed);
  for (let i = 0; i < histories; i++) {
    const history = randomHistory(random, operationsMax);
    const operations = operationsOf(history);
    const rows = rowsByKey(operations)[0]!;
    const truth = isLinearizable(history.lines, history.initial);
    const disagrees = (what: string): Error =>
      new Error(`${what}, but brute force says ${truth} of history ${i} of seed ${seed}: ${JSON.stringify(history)}`);

    for (const deepMax of [0, 1_000_000]) {
      const found = search(stepsOf(operations, rows), { configurationsMax: 1_000_000, deepMax });
      if ((found === 'linearizable') !== truth) throw disagrees(`the search says ${found}, deepMax ${deepMax}`);
    }
    const zones = new ZoneChecker(operations).check(rows);
    if (zones !== 'undecided' && (zones === undefined) !== truth) throw disagrees(`zones say ${JSON.stringify(zones)}`);
    const { verdict, violations } = checkLinearizability(operations);
    if ((verdict === 'linearizable') !== truth) throw disagrees(`the check says ${verdict}`);
    for (const violation of violations) {
      const window = new Set(violation.rows);
      if (!contradict(history.lines, window, history.initial)) throw disagrees(`${[...window]} are no contradiction`);
      for (const row of window) {
        const fewer = new Set([...window].filter((other) => other !== row));
        if (contradict(history.lines, fewer, history.initial))
          throw disagrees(`${row} of ${[...window]} is not needed`);
      }
    }

    const style = STYLES.indexOf(history.style);
    tally.byStyle[style]!++;
    if (zones !== 'undecided') tally.byZones++;
    if (!truth) continue;
    tally.linearizable++;
    tally.linearizableByStyle[style]!++;
    if (zones !== 'undecided') tally.linearizableByZones++;
  }
  return tally;
}

/** On histories too long for brute force. Returns how many were judged by both, and how many of them are linearizable. */
export function compareZonesWithSearch(seed: number, histories: number, operationsMax: number): [number, number] {
  const random = new Random(seed);
  let judged = 0;
  let linearizable = 0;
  for (let i = 0; i < histories; i++) {
    const operations = operationsOf(randomHistory(random, operationsMax, ['unique']));
    const rows = rowsByKey(operations)[0]!;
    const zones = new ZoneChecker(operations).check(rows);
    if (zones === 'undecided') continue;
    judged++;
    if (zones === undefined) linearizable++;
    for (const deepMax of [0, 1_000_000]) {
      const found = search(stepsOf(operations, rows), { configurationsMax: 1_000_000, deepMax });
      if ((found === 'linearizable') !== (zones === undefined)) {
        throw new Error(`the search says ${found} of history ${i} of seed ${seed}, zones ${JSON.stringify(zones)}`);
      }
    }
  }
  return [judged, linearizable];
}

/** Both ways of searching must find the order in which a real execution took effect, or another. */
export function searchExecutions(seed: number, histories: number, operationsMax: number): void {
  const random = new Random(seed);
  for (let i = 0; i < histories; i++) {
    const operations = operationsOf(randomExecution(random, operationsMax, STYLES));
    const steps = stepsOf(operations, rowsByKey(operations)[0]!);
    for (const deepMax of [0, 100_000]) {
      const found = search(steps, { configurationsMax: 100_000, deepMax });
      if (found !== 'linearizable')
        throw new Error(`execution ${i} of seed ${seed} is called ${found}, deepMax ${deepMax}`);
    }
  }
}
