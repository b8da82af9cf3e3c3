/**
 * `npm run speed:simulation`: how fast the simulation is on one core, each figure from a process of its own. Times are CPU
 * times of that process, so that neighbours on the machine disturb them less; still, a quiet machine is best.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { membersOf } from '../bench/fuzz/environment.ts';
import { runRandomTrial } from '../bench/fuzz/trial.ts';
import { SimulatedLoad } from '../bench/runtimes/simulation/simulated-load.ts';
import { Simulation, type SimulationPlan } from '../bench/runtimes/simulation/simulation.ts';
import { DEFAULT_LINK, DEFAULT_NODE } from '../bench/topologies/defaults.ts';
import type { Delay, LinkModel, NodeModel } from '../bench/topologies/links.ts';
import { loadPolicy } from '../bench/workloads/policies.ts';
import { loadWorkload } from '../bench/workloads/workloads.ts';
import raft from '../engines/raft/index.ts';

const WARM_UP_ROUNDS = 3;
const ROUNDS = 5;

const constant = (ms: number): Delay => ({ kind: 'constant', ms });
const alike = (delay: Delay): LinkModel => ({ ...DEFAULT_LINK, delay });
/** Infinitely fast processors: the simulation's own work is what is timed. */
const NODE: NodeModel = {
  ...DEFAULT_NODE,
  sync: constant(0.3),
  append: constant(0),
  perMessageMs: 0,
  perOperationMs: 0,
  perSyncMs: 0,
};

function cluster(nodes: number, more: Partial<SimulationPlan>): Simulation {
  const members = membersOf(nodes);
  const options = raft.presets.default;
  const simulation = new Simulation({
    engine: raft,
    options,
    members,
    seed: 1,
    node: NODE,
    clientZones: ['a', 'b', 'c'],
    ...more,
  });
  simulation.run(2000);
  return simulation;
}

/** Closed-loop updates until so many have ended. Returns how many operations and events that took. */
function load(simulation: Simulation, clients: number, operations: number): { operations: number; events: number } {
  const plan = { seed: 1, workload: loadWorkload('update'), policy: loadPolicy('default'), zones: ['a', 'b', 'c'] };
  let ended = 0;
  const { happened } = simulation.events;
  new SimulatedLoad(simulation, plan).start({ arrival: { mode: 'closed', clients }, operations }, ({ length }) => {
    ended = length;
  });
  while (ended === 0) simulation.run(10);
  return { operations: ended, events: simulation.events.happened - happened };
}

interface Figure {
  readonly says: string;
  readonly unit: string;
  readonly target: number;
  /** How much was done, in the figure's unit; timed. */
  run(): number;
}

const IDLE_MS = 600_000;
const TRIALS = 100;

const FIGURES: { readonly [name: string]: Figure } = {
  batches: {
    says: 'raft on 3 nodes, 256 clients, all that arrives at one instant is one turn',
    unit: 'operations/s',
    target: 200_000,
    run: () => load(cluster(3, { links: alike(constant(0.1)), durability: 'none' }), 256, 200_000).operations,
  },
  turns: {
    says: 'the same with delays that differ, so that every input is its own turn',
    unit: 'events/s',
    target: 500_000,
    run: () => {
      const links = { ...alike({ kind: 'uniform', lowMs: 0.05, highMs: 0.2 }), reorderShare: 1 };
      return load(cluster(3, { links, durability: 'none' }), 64, 60_000).events;
    },
  },
  idle: {
    says: 'raft on 5 nodes with nothing to do',
    unit: '× real time',
    target: 3000,
    run: () => {
      cluster(5, { links: alike({ kind: 'uniform', lowMs: 0.2, highMs: 0.4 }) }).run(IDLE_MS);
      return IDLE_MS / 1000;
    },
  },
  trials: {
    says: 'random trials of raft, counted as if each took five seconds of virtual time',
    unit: 'trials/s',
    target: 25,
    run: () => {
      let passedMs = 0;
      for (let seed = 1; seed <= TRIALS; seed++) passedMs += runRandomTrial(raft, { preset: 'default', seed }).atMs;
      return passedMs / 5000;
    },
  },
};

const cpuS = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Rounds to compile the code, then the timed ones. */
function measure(figure: Figure): number[] {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) figure.run();
  return Array.from({ length: ROUNDS }, () => {
    const begunS = cpuS();
    const done = figure.run();
    return done / (cpuS() - begunS);
  });
}

const rounded = (value: number): string => Math.round(value).toLocaleString('en');

function main(): void {
  const own = process.argv[2];
  if (own !== undefined) {
    process.stdout.write(JSON.stringify(measure(FIGURES[own]!)));
    return;
  }
  for (const [name, { says, unit, target }] of Object.entries(FIGURES)) {
    // A young generation that holds what is under way, as the pools of `fuzz` and of simulated runs have it.
    const args = ['--max-semi-space-size=64', fileURLToPath(import.meta.url), name];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
    const rates = (JSON.parse(stdout) as number[]).sort((a, b) => a - b);
    const [least, middle, most] = [rates[0]!, rates[ROUNDS >> 1]!, rates.at(-1)!];
    console.log(
      `${name.padEnd(8)} ${rounded(middle)} ${unit} (${rounded(least)}–${rounded(most)}, n ${ROUNDS}; wanted ${rounded(target)}): ${says}`,
    );
  }
}

main();
