/** Plays a script on a simulated cluster without noise: what it brings about, step by step, as the lines of a transcript. */
import type { AnyEngine, NodeId, Request } from '../../../engines/api.ts';
import { membersOf } from '../../fuzz/environment.ts';
import { InputError, unknownName } from '../../input.ts';
import { Simulation } from '../../runtimes/simulation/simulation.ts';
import { fieldsOf, Printer, roleOf } from './printer.ts';
import type { ScriptLine, Step } from './script.ts';
import { TraceCollector } from './trace-collector.ts';

/** The transcript's text as it is now: the script's own lines, and behind each step what it brought about. */
export function play(engine: AnyEngine, source: string, script: readonly ScriptLine[]): string {
  const player = new Player(engine);
  const lines = script.flatMap(({ text, number, step }) => {
    if (step === undefined) return [text];
    try {
      return [text, ...player.take(step)];
    } catch (error) {
      if (error instanceof InputError) throw new InputError(`${source}:${number}: ${error.message}`);
      throw error;
    }
  });
  return `${lines.join('\n')}\n`;
}

interface Session {
  serial: number;
  context: string | undefined;
  last: ReturnType<Simulation['submit']> | undefined;
}

class Player {
  readonly #engine: AnyEngine;
  readonly #printer = new Printer();
  readonly #collector = new TraceCollector();
  readonly #sessions = new Map<string, Session>();
  #simulation: Simulation | undefined;

  constructor(engine: AnyEngine) {
    this.#engine = engine;
  }

  take(step: Step): string[] {
    if (step.kind === 'look') return [...this.#cluster.nodes()].map((node) => this.#look(node.id));
    this.#do(step);
    return this.#printer.lines(this.#collector.take());
  }

  get #cluster(): Simulation {
    if (this.#simulation === undefined) throw new InputError('expected "cluster NUMBER" before any other step');
    return this.#simulation;
  }

  #do(step: Exclude<Step, { kind: 'look' }>): void {
    switch (step.kind) {
      case 'cluster':
        this.#found(step.nodes, step.settings);
        break;
      case 'hide':
        for (const name of step.names) this.#printer.hidden.add(name);
        break;
      case 'pass':
        this.#cluster.run(step.forMs);
        break;
      case 'ask':
        this.#ask(step);
        break;
      case 'kill':
      case 'vanish':
        this.#node(step.node);
        this.#collector.add({ kind: 'end', atUs: this.#nowUs, node: step.node, how: step.kind });
        this.#cluster.crash(step.node, step.kind);
        break;
      case 'restart':
        this.#node(step.node);
        this.#collector.add({ kind: 'start', atUs: this.#nowUs, node: step.node, boot: 'restart' });
        this.#cluster.restart(step.node);
        break;
      case 'wipe':
        if (this.#node(step.node).up) throw new InputError(`${step.node} must be down to lose its disk, but it is up`);
        this.#node(step.node).disk.wipe();
        break;
      case 'cut':
        for (const id of [...step.some, ...step.others]) this.#node(id);
        this.#cluster.cut(step.some, step.others);
        break;
      case 'mend':
        this.#cluster.network.mendAll();
        break;
    }
  }

  get #nowUs(): number {
    return Math.round(this.#cluster.nowMs * 1000);
  }

  #node(id: NodeId): ReturnType<Simulation['node']> {
    const ids = this.#cluster.members.map((member) => member.id);
    if (!ids.includes(id)) throw unknownName('the node', id, ids);
    return this.#cluster.node(id);
  }

  #found(nodes: number, settings: ReadonlyMap<string, string>): void {
    if (this.#simulation !== undefined) throw new InputError('expected one "cluster" in a script, but another came');
    const { preset = 'default', seed = '1', ...changes } = Object.fromEntries(settings);
    const { presets } = this.#engine;
    if (!Object.hasOwn(presets, preset)) throw unknownName('preset', preset, Object.keys(presets));
    const options: Record<string, unknown> = { ...presets[preset] };
    for (const [name, text] of Object.entries(changes)) {
      if (!Object.hasOwn(options, name)) throw unknownName('the option', name, Object.keys(options));
      options[name] = typeof options[name] === 'string' ? text : JSON.parse(text);
    }
    const members = membersOf(nodes);
    const [problem] = this.#engine.validate?.(options, members) ?? [];
    if (problem !== undefined) throw new InputError(problem);
    const plan = this.#collector.plan(this.#engine);
    this.#simulation = new Simulation({ ...plan, options, members, seed: Number(seed), strict: true });
    this.#collector.attach(this.#simulation);
  }

  #ask({ node, operation, session: name, read }: Extract<Step, { kind: 'ask' }>): void {
    if (!this.#node(node).up) throw new InputError(`${node} must be up to be asked, but it is down`);
    const session = this.#sessions.get(name) ?? { serial: 0, context: undefined, last: undefined };
    this.#sessions.set(name, session);
    const answer = session.last?.answer;
    if (answer?.outcome === 'ok') session.context = answer.result.context ?? session.context;
    const more: Partial<Request> = {
      session: name,
      serial: ++session.serial,
      settled: session.serial - 1,
      read,
      ...(session.context === undefined ? {} : { context: session.context }),
    };
    session.last = this.#cluster.submit(node, operation, more);
    this.#collector.expect(node, name, session.serial, session.last);
  }

  /** A node's own words for what it is, and all that it holds. */
  #look(id: NodeId): string {
    const node = this.#cluster.node(id);
    if (!node.up) return `${' '.repeat(10)} ${id} is down`;
    const { leader, ...status } = node.host.status();
    const follows = leader === undefined || leader === id ? status : { ...status, leader };
    const held = [...node.host.store.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    return `${' '.repeat(10)} ${id} is ${roleOf(follows)}, holds${fieldsOf(Object.fromEntries(held)) || ' nothing'}`;
  }
}
