/**
 * Carries out the steps of a fault plan: arms triggers, waits, finds out who is hit, injects, heals, gives commands. It
 * decides nothing by itself but by the generator it is given, so that the same course of events meets the same injuries.
 */
import type { Command, Member, NodeId, Note, Operation } from '../../engines/api.ts';
import type { Random } from '../random.ts';
import { type Phase, phasesOf } from './courses.ts';
import type { Surroundings } from './injuries.ts';
import { type Hold, StandingFaults, type Switch } from './standing-faults.ts';
import type { Injury, OnTrigger, Order, Step, Target, Trigger } from './steps.ts';
import { chooseTarget, isMeant, type Known } from './targets.ts';
import { commandText, faultsText, injuryText, msText, victimText } from './words.ts';

/**
 * Where steps are carried out. Differing faults on one node or link add up there; what one fault does, another one's heal
 * does not undo.
 */
export interface Scene extends Surroundings, Switch {
  /** Who answered the latest ok write. */
  leader(): NodeId | undefined;
  nowMs(): number;
  /** Also after 0 ms it happens later, not within the call. */
  after(delayMs: number, action: () => void): void;
  command(node: NodeId, command: Command): void;
}

/** Something that a trigger may wait for. */
export type Observation =
  | { readonly kind: 'note'; readonly node: NodeId; readonly note: Note }
  /** A message was delivered, or sent. */
  | { readonly kind: 'message' | 'sent'; readonly from: NodeId; readonly to: NodeId; readonly type: string }
  | { readonly kind: 'write'; readonly node: NodeId; readonly entries: number }
  | { readonly kind: 'durable'; readonly node: NodeId }
  | { readonly kind: 'answer'; readonly node: NodeId; readonly operation: Operation['kind']; readonly ok: boolean };

/** A step as it happened. */
export interface Deed {
  readonly step: Step;
  /** The how manieth time of the step, from 1. */
  readonly turn: number;
  readonly atMs: number;
  readonly victim: Member;
}

/** A step whose time has come, and what is known then. */
interface Occasion {
  readonly step: Step;
  readonly turn: number;
  readonly known: Known;
}

/** Something that stands, and its words. */
interface Held {
  readonly hold: Hold;
  readonly text: string;
  readonly step: Step;
}

interface Armed {
  readonly when: OnTrigger;
  left: number;
  fire(observation: Observation): void;
}

export class Execution {
  readonly #steps: readonly Step[];
  readonly #scene: Scene;
  readonly #random: Random;
  readonly #standing: StandingFaults;
  readonly #holds = new Set<Held>();
  readonly #armed = new Map<Observation['kind'], Set<Armed>>();
  readonly #deeds: Deed[] = [];
  readonly #log: string[] = [];
  #lastLeads: NodeId | undefined;
  #waiting = 0;
  #isStopped = false;
  /** What triggers of these steps wait for: the rest need not be handed to `observe`. */
  readonly watches: ReadonlySet<Observation['kind']>;

  constructor(steps: readonly Step[], scene: Scene, random: Random) {
    this.#steps = steps;
    this.#scene = scene;
    this.#random = random;
    this.#standing = new StandingFaults(scene.members, scene);
    const watches = new Set<Observation['kind']>(['note']);
    for (const { when } of steps) if ('trigger' in when) watches.add(seenAs(when.trigger));
    this.watches = watches;
  }

  /** What was done, when, to whom, a line each. */
  get log(): readonly string[] {
    return this.#log;
  }

  /** The steps that happened, in their order. */
  get deeds(): readonly Deed[] {
    return this.#deeds;
  }

  /** Whether nothing more is going to happen at a time of its own. A trigger may still be armed. */
  get isOver(): boolean {
    return this.#waiting === 0;
  }

  start(): void {
    for (const [place, step] of this.#steps.entries()) {
      const random = this.#random.fork(step.id ?? place);
      const { when } = step;
      if ('trigger' in when) this.#after(when.fromMs ?? 0, () => this.#arm(step, when, random, 1));
      else this.#after(when.atMs, () => this.#doAndRepeat(step, random, 1));
    }
  }

  /** To be told whatever happens of the kinds in `watches`, as it happens. */
  observe(observation: Observation): void {
    if (this.#isStopped) return;
    const armed = this.#armed.get(observation.kind);
    if (armed !== undefined) {
      for (const one of armed) {
        if (!this.#isSeen(one.when.trigger, observation)) continue;
        one.left--;
        if (one.left > 0) continue;
        armed.delete(one);
        one.fire(observation);
      }
    }
    if (observation.kind === 'note') this.#noteLeader(observation.node, observation.note);
  }

  /** Nothing more happens, and what stands ends, but for what is to go on standing. */
  heal(): void {
    this.#isStopped = true;
    for (const held of this.#holds) if (held.step.stands !== true) this.#end(held);
  }

  /** Ends everything that still stands; nothing more happens. */
  stop(): void {
    this.#isStopped = true;
    for (const held of this.#holds) this.#end(held);
  }

  // ---------------------------------------------------------------------------------------------------------- when

  #after(delayMs: number, action: () => void): void {
    this.#waiting++;
    this.#scene.after(delayMs, () => {
      this.#waiting--;
      if (!this.#isStopped) action();
    });
  }

  #arm(step: Step, when: OnTrigger, random: Random, turn: number): void {
    const kind = seenAs(when.trigger);
    const armed = this.#armed.get(kind) ?? new Set();
    this.#armed.set(kind, armed);
    armed.add({
      when,
      left: when.nth ?? 1,
      fire: (observation) => {
        this.#after(when.afterMs ?? 0, () => this.#do(step, random, turn, observation));
        const { repeat } = step;
        if (repeat === undefined || turn >= repeat.times) return;
        this.#after(repeat.everyMs, () => this.#arm(step, when, random, turn + 1));
      },
    });
  }

  #doAndRepeat(step: Step, random: Random, turn: number): void {
    const { repeat } = step;
    if (repeat !== undefined && turn < repeat.times) {
      this.#after(repeat.everyMs, () => this.#doAndRepeat(step, random, turn + 1));
    }
    this.#do(step, random, turn, undefined);
  }

  #isSeen(trigger: Trigger, observation: Observation): boolean {
    if (trigger.by !== undefined && !isMeant(trigger.by, nodeOf(observation), this.#known())) return false;
    switch (trigger.on) {
      case 'note':
        return observation.kind === 'note' && observation.note.kind === trigger.note;
      case 'message':
      case 'sent':
        return 'type' in observation && observation.type === trigger.type;
      case 'answer':
        if (observation.kind !== 'answer' || !observation.ok) return false;
        return trigger.operation === undefined || trigger.operation === observation.operation;
      case 'leader':
        return observation.kind === 'answer' && observation.ok && observation.operation !== 'get';
      default:
        return true;
    }
  }

  #noteLeader(node: NodeId, note: Note): void {
    if (note.kind === 'leads') this.#lastLeads = node;
    else if (note.kind === 'steps-down' && this.#lastLeads === node) this.#lastLeads = undefined;
  }

  // ---------------------------------------------------------------------------------------------------------- what

  #known(observation?: Observation): Known {
    return {
      members: this.#scene.members,
      leader: this.#scene.leader() ?? this.#lastLeads,
      trigger: observation && nodeOf(observation),
      peer: observation && peerOf(observation),
    };
  }

  #do(step: Step, ofStep: Random, turn: number, observation: Observation | undefined): void {
    const { target, turns } = step;
    if (turns !== undefined && !turns.includes(turn)) return;
    const random = ofStep.fork(turn);
    const occasion = { step, turn, known: this.#known(observation) };
    const { members, clientZones } = this.#scene;
    if (target !== 'everyone') {
      this.#doTo(chooseTarget(target, occasion.known, random), occasion, this.#scene, random);
      return;
    }
    for (const [place, victim] of members.entries()) {
      // Each link once: to those who had their turn it has been seen to.
      this.#doTo(victim, occasion, { members: members.slice(place), clientZones }, random.fork(place));
    }
  }

  #doTo(victim: Member, { step, turn, known }: Occasion, around: Surroundings, random: Random): void {
    this.#deeds.push({ step, turn, atMs: this.#scene.nowMs(), victim });
    const whom = step.do.kind === 'power-cut' ? 'everywhere' : victimText(victim.id, step.target);
    if (step.do.kind === 'command') this.#command(victim.id, commandOf(step.do, known, random), whom);
    else this.#injure(step, step.do, phasesOf(step.do, victim, around, random), whom);
  }

  #command(node: NodeId, command: Command, whom: string): void {
    this.#say(`${commandText(command)} at ${whom}`);
    this.#scene.command(node, command);
  }

  #injure(step: Step, injury: Injury, phases: readonly Phase[], whom: string): void {
    const { forMs } = step;
    const text = injuryText(injury, whom, phases[0]!.faults);
    this.#say(forMs === undefined ? text : `${text}, for ${msText(forMs)} ms`);
    const isAtOnce = phases.length === 1;
    const begun: Held[] = [];
    let isOver = false;
    const begin = (phase: Phase): void => {
      if (isOver) return;
      const { command, faults } = phase;
      if (command !== undefined) this.#command(command.node, command.command, command.node);
      if (faults.length === 0) return;
      if (!isAtOnce) this.#say(faultsText(faults));
      const held = {
        hold: this.#standing.begin(faults),
        text: isAtOnce ? `${injury.kind} ${whom}` : faultsText(faults),
        step,
      };
      begun.push(held);
      this.#holds.add(held);
      if (phase.forMs !== undefined) this.#after(phase.forMs, () => this.#end(held));
    };
    for (const phase of phases) {
      if (phase.afterMs === 0) begin(phase);
      else this.#after(phase.afterMs, () => begin(phase));
    }
    if (forMs === undefined) return;
    this.#after(forMs, () => {
      isOver = true;
      for (const held of begun) this.#end(held);
    });
  }

  #end(held: Held): void {
    if (!this.#holds.delete(held)) return;
    this.#say(`end of ${held.text}`);
    this.#standing.end(held.hold);
  }

  #say(text: string): void {
    this.#log.push(`${this.#scene.nowMs().toFixed(1)} ${text}`);
  }
}

// ------------------------------------------------------------------------------------------------------ observations

/** What kind of observation a trigger waits for. */
const seenAs = ({ on }: Trigger): Observation['kind'] => (on === 'leader' ? 'answer' : on);

/** Who made the trigger. */
function nodeOf(observation: Observation): NodeId {
  if ('node' in observation) return observation.node;
  return observation.kind === 'message' ? observation.to : observation.from;
}

function peerOf(observation: Observation): NodeId | undefined {
  if (observation.kind === 'message') return observation.from;
  if (observation.kind === 'sent') return observation.to;
  return observation.kind === 'note' && 'node' in observation.note ? observation.note.node : undefined;
}

function commandOf(order: Order, known: Known, random: Random): Command {
  const find = (target: Target | undefined): NodeId => chooseTarget(target ?? 'random', known, random).id;
  switch (order.command) {
    case 'replace':
      return { kind: order.command, node: find(order.node), by: find(order.by ?? 'spare') };
    case 'transfer':
      return order.to === undefined ? { kind: order.command } : { kind: order.command, to: find(order.to) };
    case 'drain':
    case 'snapshot':
      return { kind: order.command };
    default:
      return { kind: order.command, node: find(order.node) };
  }
}
