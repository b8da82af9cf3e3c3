/**
 * The load generator in virtual time: the same generator that a thread runs, woken when it has something to do. Attempts for
 * one node made at one instant by clients of one zone travel together, and so do a turn's answers.
 */
import type { History } from '../../history.ts';
import type { ClientAnswer, ClientRequest } from '../../workloads/attempts.ts';
import { Generator } from '../../workloads/generator.ts';
import type { GeneratorPlan, LoadStep } from '../../workloads/plan.ts';
import type { Answer } from '../cluster.ts';
import type { Parcel } from './network.ts';
import type { SimulatedNode } from './simulated-node.ts';
import type { Simulation } from './simulation.ts';

interface AttemptParcel extends Parcel {
  readonly type: 'request';
  readonly attempt: ClientRequest;
}

/** Word on the bus between the document caches of two zones. A fault on the links between their clients is one on the bus alone. */
interface ChangeParcel extends Parcel {
  readonly type: 'changed';
  readonly key: number;
}

interface AnswerParcel extends Parcel {
  readonly type: 'answer';
  readonly answer: ClientAnswer;
}

export class SimulatedLoad {
  readonly #simulation: Simulation;
  readonly #generator: Generator;
  /** By client's place in the plan's zones: the end of its links. */
  readonly #ends: readonly number[];
  /** What leaves at this instant, by the clients' end and the node. */
  readonly #attempts = new Map<number, AttemptParcel[]>();
  /** What the node whose turn it is has answered, by the clients' end. */
  readonly #answers = new Map<number, AnswerParcel[]>();
  #leavesInUs = 0;
  #wakeAtUs = Number.POSITIVE_INFINITY;
  #finished: ((history: History) => void) | undefined;

  constructor(simulation: Simulation, plan: GeneratorPlan) {
    this.#simulation = simulation;
    this.#ends = plan.zones.map((zone) => simulation.clientEnd(zone));
    const zones = [...new Set(plan.zones)].map((zone) => simulation.clientEnd(zone));
    this.#generator = new Generator(plan, simulation.members, {
      now: () => simulation.nowMs,
      send: (node, attempt, client) => this.#gather(node, attempt, client),
      tell: (from, to, key) => this.#tell(zones[from]!, zones[to]!, to, key),
    });
    simulation.onNode = (place, up) => {
      this.#generator.onNode(place, up ? 'up' : 'broken');
      this.#goOn();
    };
    simulation.onTurnOver = (node) => this.#sendAnswers(node);
  }

  /** Runs one step of load; `finished` is called with its history when it is over. */
  start(step: LoadStep, finished: (history: History) => void): void {
    this.#finished = finished;
    this.#generator.start(step);
    this.#goOn();
  }

  stop(): void {
    this.#generator.stop();
    this.#goOn();
  }

  latestWrite(): { readonly node: number; readonly endMs: number } | undefined {
    return this.#generator.latestWrite();
  }

  /** Sends what the generator has to send, and sees to it that it is woken in time. */
  #goOn(): void {
    this.#sendAttempts();
    if (this.#generator.finished) {
      const finished = this.#finished;
      this.#finished = undefined;
      finished?.(this.#generator.take());
      return;
    }
    const wakeAtMs = this.#generator.wakeAt();
    if (wakeAtMs === undefined) return;
    const atUs = Math.max(firstUsAt(wakeAtMs), this.#simulation.events.nowUs);
    if (atUs >= this.#wakeAtUs) return;
    this.#wakeAtUs = atUs;
    this.#simulation.events.at(atUs, () => {
      if (this.#wakeAtUs !== atUs) return;
      this.#wakeAtUs = Number.POSITIVE_INFINITY;
      this.#generator.tick();
      this.#goOn();
    });
  }

  #tell(from: number, to: number, zone: number, key: number): void {
    const change: ChangeParcel = { type: 'changed', key };
    this.#simulation.network.carry(from, to, [change], 0, (arrived) => {
      for (const parcel of arrived as readonly ChangeParcel[]) this.#generator.onChanged(zone, parcel.key);
    });
  }

  // ------------------------------------------------------------------------------------------------------ attempts

  #gather(node: number, attempt: ClientRequest, client: number): void {
    const end = this.#ends[client % this.#ends.length]!;
    put(this.#attempts, end * this.#simulation.members.length + node, { type: 'request', attempt });
  }

  #sendAttempts(): void {
    if (this.#attempts.size === 0) return;
    const { members, network } = this.#simulation;
    for (const [link, parcels] of this.#attempts) {
      const end = Math.floor(link / members.length);
      const node = this.#simulation.nodes()[link % members.length]!;
      network.carry(end, node.place, parcels, 0, (arrived) => this.#arrive(end, node, arrived as AttemptParcel[]));
    }
    this.#attempts.clear();
  }

  #arrive(end: number, node: SimulatedNode, parcels: readonly AttemptParcel[]): void {
    // Nothing comes back from a node that vanished; a killed one's clients have been told.
    if (!node.up) return;
    for (const { attempt } of parcels) {
      const answered = (answer: Answer, leavesInUs: number, crossed: boolean): void => {
        // Its connection has closed: the generator has been told of the node.
        if (!node.up) return;
        const atMs = this.#simulation.nowMs + leavesInUs / 1000;
        this.#leavesInUs = leavesInUs;
        put(this.#answers, end, { type: 'answer', answer: clientAnswer(attempt.id, answer, atMs, crossed) });
      };
      node.request(attempt, answered, parcels.length > 1);
    }
    node.turnSoon();
  }

  // ------------------------------------------------------------------------------------------------------- answers

  /** A node's turn is over: the answers that it gave leave together. */
  #sendAnswers(node: SimulatedNode): void {
    if (this.#answers.size === 0) return;
    const { network } = this.#simulation;
    for (const [end, parcels] of this.#answers) {
      network.carry(node.place, end, parcels, this.#leavesInUs, (arrived) => {
        for (const { answer } of arrived as readonly AnswerParcel[]) this.#generator.onAnswer(node.place, answer);
        this.#goOn();
      });
    }
    this.#answers.clear();
  }
}

function clientAnswer(id: number, answer: Answer, atMs: number, crossed: boolean): ClientAnswer {
  if (answer.outcome === 'ok') return { id, outcome: 'ok', result: answer.result, atMs, crossed };
  const { outcome, reason } = answer;
  const leader = outcome === 'fail' ? answer.leader : undefined;
  return leader === undefined ? { id, outcome, reason, atMs, crossed } : { id, outcome, reason, leader, atMs, crossed };
}

/** The first whole microsecond which in ms is not before a time: woken earlier it would be woken again without end. */
function firstUsAt(timeMs: number): number {
  const us = Math.ceil(timeMs * 1000);
  return us / 1000 < timeMs ? us + 1 : us;
}

function put<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
