/** What every engine has to keep, and what this one claims: the presets of its own. Those of products stand apart, for their long time-outs. */
import { testEngine } from '../../bench/kit/test-engine.ts';
import engine from './index.ts';

// One seed each: seeds.test.ts has more of them.
testEngine(engine, { seeds: 1, presets: ['default', 'async', 'manual', 'vrrp', 'mongodb-w1', 'mongodb-majority'] });
