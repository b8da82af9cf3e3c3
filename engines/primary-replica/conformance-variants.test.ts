/** The same for presets that differ from another one in a setting or two. */
import { testEngine } from '../../bench/kit/test-engine.ts';
import engine from './index.ts';

testEngine(engine, { seeds: 1, presets: ['redis-sentinel-min-replicas', 'patroni-async'] });
