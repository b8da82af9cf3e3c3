/** Defects for the engine that keeps membership alone, by the rows of VERIFICATION.md. All show in the end as beliefs that differ. */
import type { PlantedBugs } from './planted-bug.ts';

const APART = ['convergence'];

export const membership: PlantedBugs = {
  engine: 'membership',
  bugs: [
    {
      id: 'M18',
      defect: 'every life begins with the same incarnation, and accusations of former lives are not outbid',
      changes: [
        { file: '../parts/membership-kinds.js', find: '(life - 1) * INCARNATIONS_PER_LIFE', replace: '0' },
        { file: '../parts/swim/swim.js', find: 'this.#incarnation = news.incarnation + 1;', replace: '' },
      ],
      killedBy: APART,
    },
    {
      id: 'M18b',
      defect: 'a member that is accused contradicts with the incarnation that it has already',
      changes: [{ file: '../parts/swim/swim.js', find: 'this.#incarnation = news.incarnation + 1;', replace: '' }],
      killedBy: APART,
    },
    {
      id: 'M20',
      defect: 'who was called dead once stays so: its contradiction is not heard',
      changes: [
        {
          file: '../parts/swim/beliefs.js',
          find: 'news.incarnation > belief.incarnation ||',
          replace: "(news.incarnation > belief.incarnation && belief.status !== 'dead') ||",
        },
      ],
      killedBy: APART,
    },
    {
      id: 'X1',
      defect: 'dead members are probed no more, nor when a connection to them opens',
      changes: [
        {
          file: '../parts/swim/probing.js',
          find: 'this.#world.ping(target, probe.number);',
          replace: 'if (!this.#world.isDead(target)) this.#world.ping(target, probe.number);',
        },
        {
          file: '../parts/swim/swim.js',
          find: 'if (this.#roster.has(node))\n            this.#ping(node, this.#probing.number());',
          replace: '',
        },
      ],
      killedBy: APART,
    },
    {
      id: 'X2',
      defect: 'who is thought dead is never gossiped to: two sides do not find together after a cut',
      preset: 'cassandra-gossip',
      changes: [
        {
          file: '../parts/heartbeats/gossiped.js',
          find: 'if (dead > 0 && this.#world.random() < dead / (this.#roster.up + 1))',
          replace: 'if (false)',
        },
      ],
      killedBy: APART,
    },
  ],
};
