/** Switches faults on and off: what each does to the board, to threads and to log files. */
import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs';
import type { Member } from '../../../engines/api.ts';
import type { End, Fault } from '../../faults/vocabulary.ts';
import { Random } from '../../random.ts';
import type { Board } from './board.ts';

/** What a fault needs of the cluster. Nodes are named by their place among the members. */
export interface FaultTargets {
  logPath(place: number): string;
  end(place: number): Promise<void>;
  restart(places: readonly number[]): Promise<void>;
  /** Makes the node look at the board, and resolves when it stands still, or never will. */
  standStill(place: number): Promise<void>;
  now(): number;
}

export class FaultSwitch {
  readonly #board: Board;
  readonly #members: readonly Member[];
  /** Where the clients live, in turn; a zone's clients are the end behind the nodes at each of its places here. */
  readonly #clientZones: readonly string[];
  readonly #random: Random;
  readonly #targets: FaultTargets;

  constructor(
    board: Board,
    members: readonly Member[],
    clientZones: readonly string[],
    seed: number,
    targets: FaultTargets,
  ) {
    this.#board = board;
    this.#members = members;
    this.#clientZones = clientZones;
    this.#random = new Random(`${seed}/faults`);
    this.#targets = targets;
  }

  /** Returns when the fault took effect: when the last node it hits stopped, or when the links changed. */
  async inject(fault: Fault): Promise<number> {
    switch (fault.kind) {
      case 'kill':
        return this.#kill([this.#place(fault.node)]);
      case 'kill-zone':
        return this.#kill(this.#placesIn(fault.zone));
      case 'vanish':
        return this.#vanish([this.#place(fault.node)]);
      case 'power-cut':
        return this.#vanish(this.#members.map((_, place) => place));
      case 'pause':
        this.#board.pause(this.#place(fault.node));
        await this.#targets.standStill(this.#place(fault.node));
        return this.#targets.now();
      case 'cut':
        this.#eachLink(fault, (from, to) => this.#board.cut(from, to, 1));
        return this.#targets.now();
      case 'delay':
        this.#eachLink(fault, (from, to) => this.#board.addDelay(from, to, Math.round(fault.delayMs)));
        return this.#targets.now();
      case 'cut-zone':
        this.#cutZone(fault, 1);
        return this.#targets.now();
      default:
        throw new Error(`threads cannot do the fault ${fault.kind}`);
    }
  }

  async heal(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
      case 'vanish':
        return this.#restart([this.#place(fault.node)]);
      case 'kill-zone':
        return this.#restart(this.#placesIn(fault.zone));
      case 'power-cut':
        return this.#restart(this.#members.map((_, place) => place));
      case 'pause':
        this.#board.resume(this.#place(fault.node));
        return;
      case 'cut':
        return this.#eachLink(fault, (from, to) => this.#board.cut(from, to, -1));
      case 'delay':
        return this.#eachLink(fault, (from, to) => this.#board.addDelay(from, to, -Math.round(fault.delayMs)));
      case 'cut-zone':
        return this.#cutZone(fault, -1);
      default:
        throw new Error(`threads cannot do the fault ${fault.kind}`);
    }
  }

  // -------------------------------------------------------------------------------------------------------- nodes

  /** A process crash: the written bytes survive, everybody sees the connection close. */
  async #kill(places: readonly number[]): Promise<number> {
    const ended = places.map((place) => this.#targets.end(place));
    for (const place of places) this.#board.close(place, true);
    this.#board.ring();
    await Promise.all(ended);
    return this.#lastTurnMs(places);
  }

  /** Silence, and what was not synced may be lost: the log is cut somewhere between last synced and last written. */
  async #vanish(places: readonly number[]): Promise<number> {
    for (const place of places) this.#board.silence(place, true);
    await Promise.all(places.map((place) => this.#targets.end(place)));
    for (const place of places) this.#tearLog(place);
    return this.#lastTurnMs(places);
  }

  /** A thread takes far longer to be cleared away than to stop: its last turn tells when it stopped. */
  #lastTurnMs(places: readonly number[]): number {
    return Math.max(...places.map((place) => this.#board.counter(place, 'seenAliveMs')));
  }

  #tearLog(place: number): void {
    const syncedBytes = this.#board.counter(place, 'syncedBytes');
    const file = openSync(this.#targets.logPath(place), 'r+');
    const { size } = fstatSync(file);
    if (size > syncedBytes) ftruncateSync(file, syncedBytes + this.#random.below(size - syncedBytes + 1));
    closeSync(file);
  }

  async #restart(places: readonly number[]): Promise<void> {
    for (const place of places) this.#board.silence(place, false);
    await this.#targets.restart(places);
    for (const place of places) this.#board.close(place, false);
    this.#board.ring();
  }

  // -------------------------------------------------------------------------------------------------------- links

  #cutZone(fault: Extract<Fault, { kind: 'cut-zone' }>, by: 1 | -1): void {
    const inside = this.#placesIn(fault.zone);
    const outside = this.#members.map((_, place) => place).filter((place) => !inside.includes(place));
    for (const [i, zone] of this.#clientZones.entries()) {
      const goesAlong = zone === fault.zone && fault.clients !== 'outside';
      (goesAlong ? inside : outside).push(this.#members.length + i);
    }
    for (const from of inside) {
      for (const to of outside) {
        this.#board.cut(from, to, by);
        this.#board.cut(to, from, by);
      }
    }
  }

  #eachLink(fault: Extract<Fault, { kind: 'cut' | 'delay' }>, change: (from: number, to: number) => void): void {
    for (const from of this.#ends(fault.from)) {
      for (const to of this.#ends(fault.to)) {
        change(from, to);
        if (fault.oneWay !== true) change(to, from);
      }
    }
  }

  #ends(end: End): number[] {
    if ('node' in end) return [this.#place(end.node)];
    const ends = this.#clientZones.flatMap((zone, i) => (zone === end.clientsOf ? [this.#members.length + i] : []));
    if (ends.length === 0) throw new Error(`no clients live in zone ${end.clientsOf}`);
    return ends;
  }

  #place(node: string): number {
    const place = this.#members.findIndex((member) => member.id === node);
    if (place < 0) throw new Error(`no node ${node}`);
    return place;
  }

  #placesIn(zone: string): number[] {
    const places = this.#members.flatMap((member, place) => (member.zone === zone ? [place] : []));
    if (places.length === 0) throw new Error(`no node stands in zone ${zone}`);
    return places;
  }
}
