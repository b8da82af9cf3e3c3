/** Defects for the primary with replicas, by the rows of VERIFICATION.md. */
import type { PlantedBugs } from './planted-bug.ts';

const LOST = ['Lease', 'durability', 'linearizability', 'Commitment', 'Committed stays', 'Promotions'];
const APART = ['Log matching', 'State-machine safety', 'convergence', 'no throw', ...LOST];

export const primaryReplica: PlantedBugs = {
  engine: 'primary-replica',
  bugs: [
    {
      id: 'P1',
      defect: 'writes are answered before any copy exists',
      changes: [{ file: 'counting.js', find: "if (answer === 'async')", replace: 'if (true)' }],
      killedBy: LOST,
    },
    {
      id: 'P2',
      defect: 'the primary falls back to its own copy alone while the replicas lag by more than eight records',
      changes: [
        {
          file: 'counting.js',
          find: 'this.#hasFallenBack ? own : Math.min(own, copied)',
          replace: 'own - copied > 8 ? own : Math.min(own, copied)',
        },
      ],
      killedBy: LOST,
    },
    {
      id: 'P4',
      defect: 'a primary whose lease has run out goes on answering: nothing fences it',
      changes: [
        {
          file: 'lease.js',
          find: 'this.#core.host.now() < this.#heldMs + this.#usableMs',
          replace: 'this.everHeld',
        },
      ],
      killedBy: LOST,
    },
    {
      id: 'P5',
      defect: 'a replica takes records and beats of an epoch that it has promised to leave behind',
      changes: [{ file: 'core.js', find: 'if (epoch < journal.epoch) {', replace: 'if (epoch < journal.epoch - 1) {' }],
      killedBy: [...APART, 'liveness'],
    },
    {
      id: 'P7',
      defect: 'a replica that meets a new primary cuts its log back to what it knows to count',
      changes: [
        {
          file: 'core.js',
          find: 'this.leader = from;',
          replace:
            'this.leader = from; journal.log.cut(this.machine.committed); journal.durable = Math.min(journal.durable, journal.log.last);',
        },
      ],
      killedBy: APART,
    },
    {
      id: 'P10',
      defect: 'replicas that have been silent for three beats are not waited for, and the primary alone suffices',
      changes: [
        {
          file: 'counting.js',
          find: 'this.#hasFallenBack ? own : Math.min(own, copied)',
          replace:
            'this.#core.primary?.shipping.heardSince(this.#core.host.now() - 300) === 0 ? own : Math.min(own, copied)',
        },
      ],
      killedBy: LOST,
    },
    {
      id: 'P11',
      defect: 'the stream goes on one record behind the last one that is in a full copy',
      options: { logRecordsMax: 4 },
      changes: [
        {
          file: 'full-copy.js',
          find: '{ position: machine.applied, epoch: journal.log.epochAt(machine.applied) }',
          replace:
            '((position) => ({ position, epoch: journal.log.epochAt(position) }))(Math.min(machine.applied + 1, journal.log.last))',
        },
      ],
      killedBy: ['exactly once', ...APART],
    },
    {
      id: 'P14',
      defect: 'a former primary keeps its own records where the new one has others',
      changes: [
        {
          file: 'standby.js',
          find: 'journal.log.known(message.of, first, records.length)',
          replace: 'Math.min(records.length, Math.max(0, journal.log.last - first + 1))',
        },
      ],
      killedBy: [...APART, 'liveness'],
    },
    {
      id: 'P16',
      defect: 'the primary uses its lease for twice as long as the replicas keep to it',
      changes: [
        {
          file: 'lease.js',
          find: '(core.options.leaseMs * (1 - drift))',
          replace: '(2 * core.options.leaseMs * (1 - drift))',
        },
      ],
      killedBy: LOST,
    },
    {
      id: 'P16b',
      defect: "the lease is counted from the arrival of a beat's answer, and not from when the beat was sent",
      changes: [
        {
          file: 'primary.js',
          find: 'this.#lease.answered(from, message.sentMs)',
          replace: 'this.#lease.answered(from, this.#core.host.now())',
        },
      ],
      killedBy: LOST,
    },
    {
      id: 'P16c',
      defect: 'a restarted voice forgets the lease that it granted in its former life',
      changes: [
        {
          file: 'voice.js',
          find: "if (core.host.boot !== 'found')",
          replace: 'if (false)',
        },
      ],
      killedBy: LOST,
    },
    {
      id: 'P17',
      defect: 'a retry takes effect again',
      changes: [{ file: '../parts/state-machine.js', find: "if (known.kind === 'known')", replace: 'if (false)' }],
      killedBy: ['exactly once', ...APART],
    },
    {
      id: 'P17b',
      defect: 'a full copy leaves out which requests of the sessions have taken effect',
      options: { logRecordsMax: 4 },
      changes: [{ file: 'full-copy.js', find: '...part, last', replace: '...part, sessions: [], last' }],
      killedBy: ['exactly once', ...APART],
    },
    {
      id: 'X1',
      defect: 'a promise of a new epoch is sent before it is on disk',
      changes: [
        {
          file: 'voice.js',
          find: 'journal.promise(epoch, from);',
          replace: "host.send(from, { type: 'promised', epoch }, 'now'); journal.promise(epoch, from);",
        },
      ],
      killedBy: ['Promises', 'Election safety', ...APART],
    },
    {
      id: 'X2',
      defect: 'a replica acknowledges records before they are on its disk',
      changes: [
        {
          file: 'standby.js',
          find: 'const durable = Math.max(0, Math.min(this.#matched, journal.durable));',
          replace: 'const durable = Math.max(0, this.#matched);',
        },
      ],
      killedBy: LOST,
    },
    {
      id: 'X3',
      defect: 'the primary counts its own records before they are on its disk',
      changes: [
        { file: 'primary.js', find: 'count(journal.durable, copied)', replace: 'count(this.#written, copied)' },
      ],
      killedBy: LOST,
    },
    {
      id: 'X4',
      defect: 'neither a candidate nor a voice minds that the log of the one ends before that of the other',
      changes: [
        { file: 'voice.js', find: '!isFull || reaches(end, journal.log.end)', replace: 'true' },
        { file: 'election.js', find: '!reaches(end, opinion.end)', replace: 'false' },
      ],
      killedBy: APART,
    },
    {
      id: 'X5',
      defect: 'a voice promises an epoch to another while the lease that it granted may still run',
      changes: [
        { file: 'voice.js', find: 'this.boundMs > 0 && this.#grantedTo !== to && !isReleased', replace: 'false' },
      ],
      killedBy: LOST,
    },
  ],
};
