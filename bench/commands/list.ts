/** `list KIND`: what there is to choose from. */
import { FAULT_PLANS } from '../faults/plans.ts';
import { InputError, unknownName } from '../input.ts';
import { loadSuite, suiteNames } from '../suites/suite-file.ts';
import { loadTopology, topologyNames } from '../topologies/topology.ts';
import { BUILT_IN_ENGINES, builtInModule, describeEngine } from '../trials/engines.ts';
import { POLICIES } from '../workloads/policies.ts';
import { WORKLOADS } from '../workloads/workloads.ts';
import { flagLines, readArguments } from './arguments.ts';

interface Item {
  readonly name: string;
  readonly says: string;
}

const list = (object: object): string =>
  Object.entries(object)
    .filter(([name, value]) => name !== 'name' && value !== 0 && value !== false)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? `(${list(value)})` : value}`)
    .join(', ');

/** As `--set` takes them. */
const settings = (options: object): string =>
  Object.entries(options)
    .map(([key, value]) => `${key}=${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join(' ');

const KINDS: { readonly [kind: string]: () => Promise<Item[]> | Item[] } = {
  engines: async () =>
    Promise.all(
      BUILT_IN_ENGINES.map(async (name) => {
        const { presets } = await describeEngine(builtInModule(name));
        return { name, says: `presets ${Object.keys(presets).join(', ')}` };
      }),
    ),
  presets: async () => {
    const described = await Promise.all(BUILT_IN_ENGINES.map((name) => describeEngine(builtInModule(name))));
    return described.flatMap(({ name, presets }) =>
      Object.entries(presets).map(([preset, options]) => ({
        name: `${name}:${preset}`,
        says: settings(options) || 'no options',
      })),
    );
  },
  suites: () => suiteNames().map((name) => ({ name, says: loadSuite(name, false).title })),
  workloads: () => [...WORKLOADS.values()].map((workload) => ({ name: workload.name, says: list(workload) })),
  faults: () => FAULT_PLANS.map(({ name, title }) => ({ name, says: title })),
  topologies: () => topologyNames().map((name) => ({ name, says: loadTopology(name).title })),
  clients: () => [...POLICIES.values()].map((policy) => ({ name: policy.name, says: list(policy) })),
};

const FLAGS = {
  json: { says: 'prints JSON' },
  help: { says: 'shows this' },
} as const;

const HELP = `Usage: npm run bench -- list ${Object.keys(KINDS).join('|')} [FLAGS]

${flagLines(FLAGS)}`;

export async function listCommand(args: readonly string[]): Promise<number> {
  const { values, words } = readArguments('list', args, FLAGS);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [kind, ...more] = words;
  if (kind === undefined || more.length > 0) {
    throw new InputError(
      `list needs one of ${Object.keys(KINDS).join(', ')}, but ${kind === undefined ? 'nothing' : `"${words.join(' ')}"`} came`,
    );
  }
  const itemsOf = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (itemsOf === undefined) throw unknownName('list', kind, Object.keys(KINDS));
  const items = await itemsOf();
  if (values.json) process.stdout.write(`${JSON.stringify(items, null, 2)}\n`);
  else {
    const width = Math.max(...items.map(({ name }) => name.length)) + 2;
    for (const { name, says } of items) process.stdout.write(`${name.padEnd(width)}${says}\n`);
  }
  return 0;
}
