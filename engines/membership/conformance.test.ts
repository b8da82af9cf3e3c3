/** What every engine has to keep, and what this one claims. */
import { testEngine } from '../../bench/kit/test-engine.ts';
import engine from './index.ts';

testEngine(engine);
