/**
 * `npm run differential [-- HISTORIES [SEED]]`: the checkers against brute force on so many small random histories, 100,000 if
 * not told. Exits with 1 at the first on which they disagree.
 */
import { compareCheckers } from '../../bench/checks/testing/differential.ts';

/** Brute force on more takes minutes for some. */
const OPERATIONS_MAX = 7;

const [histories = '100000', seed = '1'] = process.argv.slice(2);
const { linearizable, byZones } = compareCheckers(Number(seed), Number(histories), OPERATIONS_MAX);
console.log(`${histories} histories: the checkers agree; ${linearizable} are linearizable, ${byZones} fit the zones`);
