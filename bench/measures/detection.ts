/**
 * How nodes find out that another one is dead, and how often they are wrong, from what they note: `suspects` is the verdict that
 * a node is dead, `trusts` takes it back. Figures to be labelled self-reported: nothing else shows what a node believes.
 *
 * A verdict counts once: as long as it stands, its note may be repeated. A node that restarts believes nothing of what it did.
 */
import type { NodeId } from '../../engines/api.ts';
import { heldDown } from '../faults/standing-faults.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';

export interface DetectionOptions {
  readonly nodes: readonly NodeId[];
  /** T0: the fault, or where observation begins if there is none. What nodes believe by then they go on believing. */
  readonly fromMs: number;
  /** End of observation. */
  readonly untilMs: number;
}

/** How long something took to come; censored: it had not come by then, and that is a lower bound. */
export interface Awaited {
  readonly ms: number;
  readonly censored: boolean;
}

export interface DetectionFigures {
  /** Pairs of nodes of which the one held the other dead as observation began, though both were up. */
  readonly suspectedAtStart: number;
  /**
   * T0 to the first moment at which any node that is up held one that is down dead; undefined: it did not come. 0: a wrong verdict
   * of before had come true.
   */
  readonly firstDetectionMs: number | undefined;
  /** T0 to the first moment at which all that are up held all that are down dead; undefined: none was down. */
  readonly dissemination: Awaited | undefined;
  /** Nodes that are up at the end, and how many of them still miss one that is down; undefined: none is down. */
  readonly survivors: number | undefined;
  readonly unaware: number | undefined;
  /** Verdicts about nodes that were up and had never stood still or been down. */
  readonly falsePositives: number;
  /** Those of them that a node reached to which nothing had happened either, and how many nodes these were. */
  readonly falseByHealthy: number;
  readonly falseBlamers: number;
  /** Verdicts about nodes that stood still just then, and about those that were back from that or from being down. */
  readonly aboutPaused: number;
  readonly aboutReturned: number;
  /** The last heal to the first moment at which no node that is up held another one dead; undefined: nothing was healed. */
  readonly settled: Awaited | undefined;
  /** Nodes to which nothing has happened. */
  readonly healthy: readonly NodeId[];
}

export function detection(events: readonly ClusterEvent[], options: DetectionOptions): DetectionFigures {
  const { nodes, fromMs, untilMs } = options;
  const course = new Course(nodes, fromMs);
  let begun = false;
  let suspectedAtStart = 0;
  const begin = (): void => {
    if (!begun) suspectedAtStart = course.distrust;
    begun = true;
  };
  for (const event of events) {
    if (event.atMs > untilMs) break;
    // The fault that is measured happens at T0.
    if (event.atMs > fromMs || (event.atMs === fromMs && event.kind === 'fault')) begin();
    course.see(event);
  }
  begin();
  return { suspectedAtStart, ...course.figures(untilMs) };
}

/** What has happened to a node so far. */
interface Health {
  downs: number;
  pauses: number;
  isHealthy: boolean;
}

/** What has happened up to an event, and what each node believes by then. */
class Course {
  readonly #fromMs: number;
  readonly #health: ReadonlyMap<NodeId, Health>;
  /** By node: those that it holds dead. */
  readonly #beliefs: ReadonlyMap<NodeId, Set<NodeId>>;
  readonly #counts = { falsePositives: 0, falseByHealthy: 0, aboutPaused: 0, aboutReturned: 0 };
  readonly #blamers = new Set<NodeId>();
  /** Pairs of nodes that are up, of which the one holds the other dead. */
  distrust = 0;
  /** Pairs of one that is up and one that is down: those of which the first knows it, and all. */
  #known = 0;
  #pairs = 0;
  #down = 0;
  #hadDown = false;
  #firstDetectionMs: number | undefined;
  #disseminationMs: number | undefined;
  #healedMs: number | undefined;
  #settledMs: number | undefined;

  constructor(nodes: readonly NodeId[], fromMs: number) {
    this.#fromMs = fromMs;
    this.#health = new Map(nodes.map((node) => [node, { downs: 0, pauses: 0, isHealthy: true }]));
    this.#beliefs = new Map(nodes.map((node) => [node, new Set()]));
  }

  see(event: ClusterEvent): void {
    if (event.kind === 'note') {
      if (event.note.kind === 'suspects') this.#suspects(event.node, event.note.node, event.atMs);
      else if (event.note.kind === 'trusts') this.#trusts(event.node, event.note.node);
    } else if (event.kind === 'fault' || event.kind === 'heal') this.#change(event);
    else return;
    this.#look(event.atMs);
  }

  #suspects(observer: NodeId, subject: NodeId, atMs: number): void {
    const believed = this.#beliefs.get(observer)!;
    if (believed.has(subject)) return;
    believed.add(subject);
    const { downs, pauses, isHealthy } = this.#health.get(subject)!;
    if (downs > 0) this.#known++;
    else this.distrust++;
    if (atMs < this.#fromMs) return;
    if (downs > 0) return;
    if (pauses > 0) this.#counts.aboutPaused++;
    else if (!isHealthy) this.#counts.aboutReturned++;
    else this.#blame(observer);
  }

  #blame(observer: NodeId): void {
    this.#counts.falsePositives++;
    if (!this.#health.get(observer)!.isHealthy) return;
    this.#counts.falseByHealthy++;
    this.#blamers.add(observer);
  }

  #trusts(observer: NodeId, subject: NodeId): void {
    if (!this.#beliefs.get(observer)!.delete(subject)) return;
    if (this.#health.get(subject)!.downs > 0) this.#known--;
    else this.distrust--;
  }

  #change({ kind, fault, atMs }: Extract<ClusterEvent, { kind: 'fault' | 'heal' }>): void {
    const by = kind === 'fault' ? 1 : -1;
    const node = heldDown(fault);
    if (node !== undefined) {
      const health = this.#health.get(node)!;
      health.downs += by;
      health.isHealthy = false;
      if (health.downs === 0) this.#beliefs.get(node)!.clear();
      if (health.downs > 0) this.#hadDown = true;
    } else if (fault.kind === 'pause') {
      const health = this.#health.get(fault.node)!;
      health.pauses += by;
      health.isHealthy = false;
    }
    this.#settledMs = undefined;
    if (kind === 'heal') this.#healedMs = atMs;
    this.#count();
  }

  /** Who is up and who is down has changed. */
  #count(): void {
    const down = new Set<NodeId>();
    for (const [node, { downs }] of this.#health) if (downs > 0) down.add(node);
    this.#down = down.size;
    this.distrust = 0;
    this.#known = 0;
    this.#pairs = down.size * (this.#health.size - down.size);
    for (const [observer, believed] of this.#beliefs) {
      if (down.has(observer)) continue;
      let known = 0;
      for (const subject of believed) if (down.has(subject)) known++;
      this.#known += known;
      this.distrust += believed.size - known;
    }
  }

  #look(atMs: number): void {
    if (atMs < this.#fromMs) return;
    if (this.#known > 0) this.#firstDetectionMs ??= atMs - this.#fromMs;
    if (this.#down > 0 && this.#known === this.#pairs) this.#disseminationMs ??= atMs - this.#fromMs;
    if (this.#healedMs !== undefined && this.distrust === 0) this.#settledMs ??= atMs - this.#healedMs;
  }

  figures(untilMs: number): Omit<DetectionFigures, 'suspectedAtStart'> {
    const awaited = (foundMs: number | undefined, boundMs: number): Awaited =>
      foundMs === undefined ? { ms: boundMs, censored: true } : { ms: foundMs, censored: false };
    const knowableMs = (this.#down > 0 ? untilMs : (this.#healedMs ?? untilMs)) - this.#fromMs;
    const hasDown = this.#down > 0;
    return {
      ...this.#counts,
      firstDetectionMs: this.#firstDetectionMs,
      dissemination: this.#hadDown ? awaited(this.#disseminationMs, knowableMs) : undefined,
      survivors: hasDown ? this.#beliefs.size - this.#down : undefined,
      unaware: hasDown ? this.#unaware() : undefined,
      falseBlamers: this.#blamers.size,
      settled: this.#healedMs === undefined ? undefined : awaited(this.#settledMs, untilMs - this.#healedMs),
      healthy: [...this.#health].flatMap(([node, { isHealthy }]) => (isHealthy ? [node] : [])),
    };
  }

  #unaware(): number {
    const down = [...this.#health].flatMap(([node, { downs }]) => (downs > 0 ? [node] : []));
    let unaware = 0;
    for (const [observer, believed] of this.#beliefs) {
      if (!down.includes(observer) && down.some((node) => !believed.has(node))) unaware++;
    }
    return unaware;
  }
}
