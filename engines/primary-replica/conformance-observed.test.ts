/** What every engine has to keep, and what this one claims: the presets whose observers, lease stores and monitors wait long. */
import { testEngine } from '../../bench/kit/test-engine.ts';
import engine from './index.ts';

testEngine(engine, { seeds: 1, presets: ['redis-sentinel', 'patroni-sync', 'pg-auto-failover', 'mysql-semi-sync'] });
