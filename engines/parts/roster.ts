/** The other members, and a fair choice among them, at a cost that does not grow with their number. */
import type { NodeId } from '../api.ts';

export class Roster {
  /** Those not believed dead come first. Within each part the order is arbitrary. */
  readonly #nodes: NodeId[];
  readonly #places: Map<NodeId, number>;
  readonly #random: () => number;
  #up: number;

  /** `random` in [0, 1). All are up at first. */
  constructor(others: readonly NodeId[], random: () => number) {
    this.#nodes = [...others];
    this.#places = new Map(others.map((node, place) => [node, place]));
    this.#random = random;
    this.#up = others.length;
  }

  has(node: NodeId): boolean {
    return this.#places.has(node);
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** How many are not believed dead. */
  get up(): number {
    return this.#up;
  }

  setDead(node: NodeId, isDead: boolean): void {
    const place = this.#places.get(node)!;
    if (isDead === place >= this.#up) return;
    if (isDead) this.#swap(place, --this.#up);
    else this.#swap(place, this.#up++);
  }

  /** Up to `count` different members that are not believed dead. */
  choose(count: number, except?: NodeId): NodeId[] {
    const chosen: NodeId[] = [];
    for (let i = 0; i < this.#up && chosen.length < count; i++) {
      this.#swap(i, i + Math.floor(this.#random() * (this.#up - i)));
      if (this.#nodes[i] !== except) chosen.push(this.#nodes[i]!);
    }
    return chosen;
  }

  /** One of those believed dead, each with the same chance. */
  chooseDead(): NodeId | undefined {
    return this.#nodes[this.#up + Math.floor(this.#random() * (this.size - this.#up))];
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#nodes[a]!, this.#nodes[b]!];
    this.#nodes[a] = second;
    this.#nodes[b] = first;
    this.#places.set(first, b);
    this.#places.set(second, a);
  }
}
