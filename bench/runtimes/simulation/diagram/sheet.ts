/** The paper of one diagram: where nodes and times stand, and where texts have been put already. */
import type { Member, NodeId } from '../../../../engines/api.ts';
import type { TimeScale } from './time-scale.ts';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Keeps texts from covering each other. */
export class Room {
  readonly #taken: Box[] = [];

  take(...boxes: readonly Box[]): void {
    this.#taken.push(...boxes);
  }

  isFree(box: Box): boolean {
    return !this.#taken.some(
      (other) => box.left < other.right && other.left < box.right && box.top < other.bottom && other.top < box.bottom,
    );
  }
}

/** For the times, left of all nodes, and for the faults, right of them. */
const RULER_PX = 68;
const FAULTS_PX = 216;
/** For the texts beside the first node and the last. */
const SIDE_PX = 130;

export class Columns {
  readonly widthPx: number;
  readonly spacingPx: number;
  readonly #x = new Map<NodeId, number>();

  constructor(members: readonly Member[], widthPx: number) {
    this.widthPx = widthPx;
    this.spacingPx = (this.right - this.left - 2 * SIDE_PX) / Math.max(1, members.length - 1);
    for (const [i, { id }] of members.entries()) this.#x.set(id, RULER_PX + SIDE_PX + this.spacingPx * i);
  }

  /** Where the nodes' part of the paper begins and ends. */
  get left(): number {
    return RULER_PX;
  }
  get right(): number {
    return this.widthPx - FAULTS_PX;
  }

  /** What texts on one side of a node may fill. */
  sidePx(node: NodeId, side: 'left' | 'right'): number {
    const outermost = [...this.#x.keys()].at(side === 'left' ? 0 : -1);
    return node === outermost ? SIDE_PX : Math.max(this.spacingPx / 2, Math.min(SIDE_PX, this.spacingPx * 0.8));
  }

  has(node: NodeId): boolean {
    return this.#x.has(node);
  }

  x(node: NodeId): number {
    const x = this.#x.get(node);
    if (x === undefined) throw new Error(`${node} is no member`);
    return x;
  }
}

export interface Sheet {
  readonly columns: Columns;
  readonly scale: TimeScale;
  readonly room: Room;
}
