/** Plays a script on a simulated cluster without noise: what it brings about, step by step, as the lines of a transcript. */
import type { AnyEngine, Member, NodeId, Request } from '../../../engines/api.ts';
import type { End, Fault } from '../../faults/vocabulary.ts';
import { membersOf } from '../../fuzz/environment.ts';
import { InputError, unknownName } from '../../input.ts';
import { roleText } from '../../runtimes/simulation/diagram/event-text.ts';
import { lineWriter, TIME_WIDTH } from '../../runtimes/simulation/diagram/trace-log.ts';
import { FaultSwitch } from '../../runtimes/simulation/fault-switch.ts';
import type { SimulatedNode } from '../../runtimes/simulation/simulated-node.ts';
import { Simulation } from '../../runtimes/simulation/simulation.ts';
import type { TraceEvent } from '../../runtimes/simulation/trace.ts';
import { shortText } from '../../short-text.ts';
import type { LinkModel, NodeModel } from '../../topologies/links.ts';
import type { ScriptLine, Step } from './script.ts';

/** A transcript shows who says what, and of long data enough to see that it changes. */
const LIMITS = { items: 12, fields: 20, characters: 60, depth: 6 };

/** The transcript's text as it is now: the script's own lines, and behind each step what it brought about. */
export function play(engine: AnyEngine, source: string, script: readonly ScriptLine[]): string {
  const player = new Player(engine);
  const played = script.map(({ text, number, step }) => {
    try {
      return { text, brought: step === undefined ? [] : player.take(step) };
    } catch (error) {
      if (error instanceof InputError) throw new InputError(`${source}:${number}: ${error.message}`);
      throw error;
    }
  });
  // Only now is it known which messages were lost on their way, and where.
  const trace = played.flatMap(({ brought }) => brought.filter((piece) => typeof piece !== 'string'));
  const write = lineWriter(trace, player.members, LIMITS);
  const lines = played.flatMap(({ text, brought }) => [
    text,
    ...brought.map((piece) => (typeof piece === 'string' ? piece : write(piece))),
  ]);
  return `${lines.join('\n')}\n`;
}

/** One way, in a world without noise. */
const LINK_MS = 0.5;
const CLIENT_LINK_MS = 0.25;
const links = (from: End, to: End): LinkModel => ({
  delay: { kind: 'constant', ms: 'node' in from && 'node' in to ? LINK_MS : CLIENT_LINK_MS },
  lossShare: 0,
  duplicateShare: 0,
  reorderShare: 0,
});
const NODE: NodeModel = {
  sync: { kind: 'constant', ms: 0.3 },
  append: { kind: 'constant', ms: 0 },
  perMessageMs: 0,
  perOperationMs: 0,
  perSyncMs: 0,
};

interface Session {
  serial: number;
  context: string | undefined;
  last: ReturnType<Simulation['submit']> | undefined;
}

type FaultStep = Extract<Step, { kind: 'fault' }>;

class Player {
  readonly #engine: AnyEngine;
  readonly #sessions = new Map<string, Session>();
  /** Message types, and kinds of events, that are left out. */
  readonly #hidden = new Set<string>();
  #events: TraceEvent[] = [];
  #cluster: { readonly simulation: Simulation; readonly faults: FaultSwitch } | undefined;
  #standing: readonly FaultStep[] = [];

  constructor(engine: AnyEngine) {
    this.#engine = engine;
  }

  get members(): readonly Member[] {
    return this.#cluster?.simulation.members ?? [];
  }

  /** What the step brought about: events in the order of their times, or lines of its own. */
  take(step: Step): readonly (TraceEvent | string)[] {
    if (step.kind === 'look') return this.#simulation.nodes().map((node) => lookText(node));
    this.#do(step);
    // What happens at once belongs to the step.
    this.#cluster?.simulation.run(0);
    const events = this.#events.filter((event) => {
      const name = event.kind === 'message' ? event.message.type : event.kind;
      return !this.#hidden.has(name) && !this.#hidden.has(event.kind);
    });
    this.#events = [];
    return events.sort((a, b) => a.atUs - b.atUs);
  }

  get #running(): { readonly simulation: Simulation; readonly faults: FaultSwitch } {
    if (this.#cluster === undefined) throw new InputError('expected "cluster NUMBER" before any other step');
    return this.#cluster;
  }

  get #simulation(): Simulation {
    return this.#running.simulation;
  }

  #do(step: Exclude<Step, { kind: 'look' }>): void {
    switch (step.kind) {
      case 'cluster':
        this.#found(step.nodes, step.settings);
        break;
      case 'hide':
        for (const name of step.names) this.#hidden.add(name);
        break;
      case 'pass':
        this.#simulation.run(step.forMs);
        break;
      case 'ask':
        this.#ask(step);
        break;
      case 'command':
        this.#simulation.command(this.#upNode(step.node).id, step.command);
        break;
      case 'fault':
        for (const fault of step.faults) this.#checkPlace(fault);
        for (const fault of step.faults) this.#running.faults.inject(fault);
        this.#standing = [...this.#standing, step];
        break;
      case 'heal':
        this.#heal(step.text);
        break;
    }
  }

  // ------------------------------------------------------------------------------------------------------- places

  #node(id: NodeId): SimulatedNode {
    const ids = this.#simulation.members.map((member) => member.id);
    if (!ids.includes(id)) throw unknownName('the node', id, ids);
    return this.#simulation.node(id);
  }

  #upNode(id: NodeId): SimulatedNode {
    const node = this.#node(id);
    if (!node.up) throw new InputError(`${id} must be up to be asked, but it is down`);
    return node;
  }

  #checkPlace(fault: Fault): void {
    const { members, clientZones } = this.#simulation;
    const check = (zone: string, zones: readonly string[]): void => {
      if (!zones.includes(zone)) throw unknownName('the zone', zone, zones);
    };
    if ('node' in fault) this.#node(fault.node);
    if ('zone' in fault) check(fault.zone, [...new Set(members.map(({ zone }) => zone))]);
    if (!('from' in fault)) return;
    for (const end of [fault.from, fault.to]) {
      if ('node' in end) this.#node(end.node);
      else check(end.clientsOf, clientZones);
    }
  }

  // -------------------------------------------------------------------------------------------------------- steps

  #found(nodes: number, settings: ReadonlyMap<string, string>): void {
    if (this.#cluster !== undefined) throw new InputError('expected one "cluster" in a script, but another came');
    const { preset = 'default', seed = '1', spares = '0', ...changes } = Object.fromEntries(settings);
    const { presets } = this.#engine;
    if (!Object.hasOwn(presets, preset)) throw unknownName('preset', preset, Object.keys(presets));
    const options: Record<string, unknown> = { ...presets[preset] };
    for (const [name, text] of Object.entries(changes)) {
      if (!Object.hasOwn(options, name)) throw unknownName('the option', name, Object.keys(options));
      options[name] = typeof options[name] === 'string' ? text : JSON.parse(text);
    }
    const members = membersOf(nodes + Number(spares)).map((member, place): Member => {
      return place < nodes ? member : { ...member, kind: 'spare' };
    });
    const [problem] = this.#engine.validate?.(options, members) ?? [];
    if (problem !== undefined) throw new InputError(problem);
    const simulation = new Simulation({
      engine: this.#engine,
      options,
      members,
      seed: Number(seed),
      links,
      node: NODE,
      strict: true,
      onTrace: (event) => this.#events.push(event),
    });
    this.#cluster = { simulation, faults: new FaultSwitch(simulation) };
  }

  #ask({ node, operation, session: name, read }: Extract<Step, { kind: 'ask' }>): void {
    const { id } = this.#upNode(node);
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
    session.last = this.#simulation.submit(id, operation, more);
  }

  #heal(text: string): void {
    const healed = this.#standing.filter((step) => text === '' || step.text === text);
    const texts = this.#standing.map((step) => step.text);
    if (texts.length === 0) throw new InputError('expected a fault to heal, but none stands');
    if (healed.length === 0) throw unknownName('the fault to heal', text, texts);
    this.#standing = this.#standing.filter((step) => !healed.includes(step));
    for (const { faults } of healed) for (const fault of faults) this.#running.faults.heal(fault);
  }
}

/** A node's own words for what it is, and all that it holds. */
function lookText(node: SimulatedNode): string {
  const indent = ' '.repeat(TIME_WIDTH + 3);
  if (!node.up) return `${indent}${node.id} is down`;
  const { leader, ...status } = node.host.status();
  const role = roleText(leader === undefined || leader === node.id ? status : { ...status, leader });
  const held = [...node.host.store.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = held.map(([key, value]) => `${shortText(key, LIMITS)}=${shortText(value, LIMITS)}`).join(' ');
  return `${indent}${node.id} is ${role}, holds ${text || 'nothing'}`;
}
