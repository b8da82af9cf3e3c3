/**
 * Who led, as the clients saw it: the leader at an instant is whoever answered the latest ok write. Times are the stamps
 * (`answeredAt`) that the answering node's host itself put on the answers.
 *
 * A reign is what one node answered in one epoch. Epochs come from the nodes' own `leads` notes: an answer belongs to the
 * latest epoch that its node had announced by then. Notes only split reigns here. A node that announces nothing has one
 * reign; if it lost and regained the lead, its dual-primary time is then an upper bound, and `epochsReported` is false.
 *
 * Where any node may answer any write (leaderless engines: the caller says so) leadership means nothing, and the figures
 * are undefined.
 */
import type { NodeId } from '../../engines/api.ts';
import { GET, type History, OK } from '../history.ts';
import type { ClusterEvent } from '../runtimes/cluster.ts';
import type { FaultInterval } from './fault-intervals.ts';
import { orderBy, upperBound } from './selection.ts';

export interface Reign {
  readonly node: NodeId;
  /** Undefined: the node had announced no epoch yet. */
  readonly epoch: number | undefined;
  /** First and last `answeredAt` of its ok writes. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly answers: number;
}

export interface LeaderChange {
  readonly from: NodeId;
  readonly to: NodeId;
  /** Last ok write that the old leader answered before, first that the new one answered. */
  readonly lastBeforeMs: number;
  readonly atMs: number;
  /** No node was dead, cut off or told to step down at any time between the two. */
  readonly falseFailover: boolean;
}

export interface LeadershipOptions {
  readonly leaderless: boolean;
  /** The cluster's events: only its `leads` notes are looked at. */
  readonly events: readonly ClusterEvent[];
  /** When a node was dead, cut off or told to step down (see `excusesFailover`); a command counts from order to answer. */
  readonly excused: readonly FaultInterval[];
  /** Figures are of this stretch: changes in from ≤ at < to, overlaps clipped to it. Left out: everything. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface Leadership {
  /** By first answer; of the whole history. Empty for leaderless engines. */
  readonly reigns: readonly Reign[];
  /** Changes of the answering leader in the stretch. A node that follows itself in a new epoch is no change. */
  readonly changes: readonly LeaderChange[];
  readonly falseFailovers: number | undefined;
  /** How long the [first, last] stretches of two or more reigns overlapped. */
  readonly dualPrimaryMs: number | undefined;
  readonly epochsReported: boolean;
}

/** Rows of the ok writes that carry a stamp, by `answeredAt`. */
function writeAnswers(history: History): Int32Array {
  const rows = new Int32Array(history.length);
  let count = 0;
  for (let row = 0; row < history.length; row++) {
    if (history.outcome[row] === OK && history.kind[row] !== GET && history.answeredBy[row]! >= 0) rows[count++] = row;
  }
  return orderBy(rows.subarray(0, count), history.answeredAt);
}

/** The node that answered the latest ok write up to this time; undefined if none had. */
export function leaderAt(history: History, atMs: number): NodeId | undefined {
  let latestMs = Number.NEGATIVE_INFINITY;
  let node = -1;
  for (let row = 0; row < history.length; row++) {
    if (history.outcome[row] !== OK || history.kind[row] === GET || history.answeredBy[row]! < 0) continue;
    const answeredMs = history.answeredAt[row]!;
    if (answeredMs > atMs || answeredMs < latestMs) continue;
    latestMs = answeredMs;
    node = history.answeredBy[row]!;
  }
  return node < 0 ? undefined : history.nodes[node];
}

/** A node's announcements, by time. */
interface Announced {
  readonly atMs: Float64Array;
  readonly epochs: readonly number[];
}

function announcements(nodes: readonly NodeId[], events: readonly ClusterEvent[]): Announced[] {
  return nodes.map((node) => {
    const own: { readonly atMs: number; readonly epoch: number }[] = [];
    for (const event of events) {
      if (event.kind !== 'note' || event.node !== node || event.note.kind !== 'leads') continue;
      own.push({ atMs: event.atMs, epoch: event.note.epoch });
    }
    own.sort((a, b) => a.atMs - b.atMs);
    return { atMs: Float64Array.from(own, (note) => note.atMs), epochs: own.map((note) => note.epoch) };
  });
}

/** The epoch in which a node gave the answer that stands at an index; undefined: it had announced none, or gave no answer. */
export function epochsOf(history: History, events: readonly ClusterEvent[]): (index: number) => number | undefined {
  const announced = announcements(history.nodes, events);
  return (index) => {
    const notes = announced[history.answeredBy[index]!];
    return notes?.epochs[upperBound(notes.atMs, history.answeredAt[index]!) - 1];
  };
}

interface OpenReign {
  node: NodeId;
  epoch: number | undefined;
  firstMs: number;
  lastMs: number;
  answers: number;
}

/** How long at least two of the stretches held at once, between the two limits. */
export function overlapMs(stretches: readonly Reign[], fromMs: number, toMs: number): number {
  const edges: { readonly atMs: number; readonly step: 1 | -1 }[] = [];
  for (const { firstMs, lastMs } of stretches) {
    const startMs = Math.max(firstMs, fromMs);
    const endMs = Math.min(lastMs, toMs);
    if (startMs < endMs) edges.push({ atMs: startMs, step: 1 }, { atMs: endMs, step: -1 });
  }
  edges.sort((a, b) => a.atMs - b.atMs || a.step - b.step);
  let sum = 0;
  let open = 0;
  let previousMs = 0;
  for (const { atMs, step } of edges) {
    if (open >= 2) sum += atMs - previousMs;
    open += step;
    previousMs = atMs;
  }
  return sum;
}

/** Reigns, changes of the leader, and the two figures that follow from them. */
export function leadership(history: History, options: LeadershipOptions): Leadership {
  const { events, excused, fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = options;
  const announced = announcements(history.nodes, events);
  const epochsReported = announced.some((notes) => notes.epochs.length > 0);
  if (options.leaderless) {
    return { reigns: [], changes: [], falseFailovers: undefined, dualPrimaryMs: undefined, epochsReported };
  }
  const byName = new Map<string, OpenReign>();
  const changes: LeaderChange[] = [];
  let current: { node: NodeId; lastMs: number } | undefined;
  for (const row of writeAnswers(history)) {
    const number = history.answeredBy[row]!;
    const node = history.nodes[number]!;
    const atMs = history.answeredAt[row]!;
    const notes = announced[number]!;
    const epoch = notes.epochs[upperBound(notes.atMs, atMs) - 1];
    const name = `${number} ${epoch}`;
    const reign = byName.get(name);
    if (reign === undefined) byName.set(name, { node, epoch, firstMs: atMs, lastMs: atMs, answers: 1 });
    else {
      reign.lastMs = atMs;
      reign.answers++;
    }
    if (current === undefined) current = { node, lastMs: atMs };
    else if (current.node === node) current.lastMs = atMs;
    else if (reign === undefined || epoch === undefined) {
      // A late answer of a reign known to be over changes nothing; where no epochs are known, every turn is a change.
      const lastBeforeMs = current.lastMs;
      const falseFailover = !excused.some((fault) => fault.fromMs <= atMs && fault.toMs >= lastBeforeMs);
      changes.push({ from: current.node, to: node, lastBeforeMs, atMs, falseFailover });
      current = { node, lastMs: atMs };
    }
  }
  const reigns = [...byName.values()];
  const inside = changes.filter((change) => change.atMs >= fromMs && change.atMs < toMs);
  return {
    reigns,
    changes: inside,
    falseFailovers: inside.filter((change) => change.falseFailover).length,
    dualPrimaryMs: overlapMs(reigns, fromMs, toMs),
    epochsReported,
  };
}
