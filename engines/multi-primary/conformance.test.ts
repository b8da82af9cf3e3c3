/** What every engine has to keep, and what this one claims. */
import { testEngine } from '../../bench/kit/test-engine.ts';
import engine from './index.ts';

// One seed each: seeds.test.ts has more of them.
testEngine(engine, { seeds: 1 });
