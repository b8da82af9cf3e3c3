/**
 * Switches faults on and off: what each does to the board, to threads and to log files. All that are in force are kept in a
 * list, and what they make of links and nodes is worked out from it anew: so faults that overlap add up, and each heals
 * alone.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Member } from '../../../engines/api.ts';
import type { Fault, FaultKind } from '../../faults/vocabulary.ts';
import { Random } from '../../random.ts';
import { type Board, STRAINS, type Strain } from './board.ts';
import { Ends } from './ends.ts';
import { isLinkFault, type LinkRule, rulesOf } from './link-rules.ts';
import { damageLastSynced, emptyLog, keepUnsynced, tearLog } from './log/log-damage.ts';

/** What a fault needs of the cluster. Nodes are named by their place among the members. */
export interface FaultTargets {
  logPath(place: number): string;
  end(place: number): Promise<void>;
  restart(places: readonly number[]): Promise<void>;
  /** Makes the node look at the board, and resolves when it stands still, or never will. */
  standStill(place: number): Promise<void>;
  /** Makes all nodes and the load generator look at the board. */
  look(): void;
  now(): number;
}

/** The node is down for as long as one of these is in force. */
const KEEPS_DOWN: readonly FaultKind[] = [
  'kill',
  'kill-zone',
  'vanish',
  'power-cut',
  'read-error',
  'corrupt-log',
  'wipe',
];

/** What a fault adds to the strains of the node it hits. */
function strainOf(fault: Fault): Partial<Record<Strain, number>> {
  switch (fault.kind) {
    case 'slow':
      return { perInputMs: fault.perInputMs };
    case 'slow-disk':
      return { syncMs: fault.syncMs };
    case 'stall-disk':
      return { stalls: 1 };
    case 'skew':
      return { skewMs: fault.skewMs };
    case 'drift':
      return { driftPpm: fault.ppm };
    default:
      return {};
  }
}

/** A fault in force: the nodes that it hits, and what it makes of links. */
interface InForce {
  readonly fault: Fault;
  readonly places: readonly number[];
  readonly rules: readonly LinkRule[];
}

export class FaultSwitch {
  readonly #board: Board;
  readonly #ends: Ends;
  readonly #random: Random;
  readonly #targets: FaultTargets;
  readonly #inForce: InForce[] = [];

  /** `clientZones`: where the clients live, in turn. */
  constructor(
    board: Board,
    members: readonly Member[],
    clientZones: readonly string[],
    seed: number,
    targets: FaultTargets,
  ) {
    this.#board = board;
    this.#ends = new Ends(members, clientZones);
    this.#random = new Random(`${seed}/faults`);
    this.#targets = targets;
  }

  /**
   * Returns when the fault took effect: when the last node it hits stopped, or when the board said it. Throws, and changes
   * nothing, if the fault names what is not there.
   */
  async inject(fault: Fault): Promise<number> {
    const places = this.#nodesHit(fault);
    this.#inForce.push({ fault, places, rules: isLinkFault(fault) ? rulesOf(fault, this.#ends) : [] });
    switch (fault.kind) {
      case 'kill':
      case 'kill-zone':
      case 'read-error':
        return this.#kill(places);
      case 'vanish': {
        const { keep } = fault;
        if (keep === undefined) return this.#vanish(places);
        return this.#vanish(places, (path, syncedBytes) => keepUnsynced(path, syncedBytes, keep));
      }
      case 'power-cut':
        return this.#vanish(places);
      case 'corrupt-log':
        return this.#vanish(places, (path, syncedBytes) => {
          tearLog(path, syncedBytes, this.#random);
          damageLastSynced(path, syncedBytes, this.#random);
        });
      case 'wipe':
        return this.#vanish(places, emptyLog);
      case 'pause':
        for (const place of places) this.#board.pause(place);
        await Promise.all(places.map((place) => this.#targets.standStill(place)));
        return this.#targets.now();
      case 'fill-disk':
        for (const place of places) this.#board.fillDisk(place);
        return this.#targets.now();
      default:
        this.#tellBoard();
        return this.#targets.now();
    }
  }

  /** Does nothing if no such fault is in force. */
  async heal(fault: Fault): Promise<void> {
    const at = this.#inForce.findIndex((one) => isDeepStrictEqual(one.fault, fault));
    if (at < 0) return;
    const { places } = this.#inForce[at]!;
    this.#inForce.splice(at, 1);
    const free = places.filter((place) => !this.#isHit(place, [fault.kind]));
    if (KEEPS_DOWN.includes(fault.kind)) return this.#restart(places);
    if (fault.kind === 'pause') for (const place of free) this.#board.resume(place);
    else if (fault.kind === 'fill-disk') {
      const ended = free.filter((place) => this.#board.makeRoom(place));
      await Promise.all(ended.map((place) => this.#targets.end(place)));
      return this.#restart(ended);
    } else this.#tellBoard();
  }

  #isHit(place: number, kinds: readonly FaultKind[]): boolean {
    return this.#inForce.some(({ fault, places }) => kinds.includes(fault.kind) && places.includes(place));
  }

  /** Of faults on links: none. */
  #nodesHit(fault: Fault): number[] {
    switch (fault.kind) {
      case 'scatter-syncs':
        throw new Error(`threads cannot do the fault ${fault.kind}`);
      case 'kill-zone':
        return this.#ends.placesIn(fault.zone);
      case 'power-cut':
        return this.#ends.places();
      default:
        return 'node' in fault ? [this.#ends.place(fault.node)] : [];
    }
  }

  // ---------------------------------------------------------------------------------------------- nodes and threads

  /** A process crash: the written bytes survive, everybody sees the connection close. */
  async #kill(places: readonly number[]): Promise<number> {
    const ended = places.map((place) => this.#targets.end(place));
    for (const place of places) this.#board.close(place, true);
    this.#board.ring();
    await Promise.all(ended);
    return this.#lastTurnMs(places);
  }

  /** Silence, and what was not synced may be lost. */
  async #vanish(
    places: readonly number[],
    damage = (path: string, syncedBytes: number): void => tearLog(path, syncedBytes, this.#random),
  ): Promise<number> {
    for (const place of places) this.#board.silence(place, true);
    await Promise.all(places.map((place) => this.#targets.end(place)));
    for (const place of places) damage(this.#targets.logPath(place), this.#board.counter(place, 'syncedBytes'));
    return this.#lastTurnMs(places);
  }

  /** A thread takes far longer to be cleared away than to stop: its last turn tells when it stopped. */
  #lastTurnMs(places: readonly number[]): number {
    return Math.max(...places.map((place) => this.#board.counter(place, 'seenAliveMs')));
  }

  /** Restarts those of the nodes that nothing else keeps down. */
  async #restart(places: readonly number[]): Promise<void> {
    const mayRun = (place: number): boolean => !this.#isHit(place, KEEPS_DOWN) && !this.#board.endedByFullDisk(place);
    const free = places.filter(mayRun);
    for (const place of free) this.#board.silence(place, false);
    await this.#targets.restart(free);
    // Meanwhile it may have ended again.
    for (const place of free.filter(mayRun)) this.#board.close(place, false);
    this.#board.ring();
  }

  // ------------------------------------------------------------------------------------------- links, clocks, disks

  /** Puts on the board what the faults in force make of links and nodes, and has everybody look at it. */
  #tellBoard(): void {
    this.#board.linkRules.write(JSON.stringify(this.#inForce.flatMap(({ rules }) => rules)));
    for (const place of this.#ends.places()) {
      const strains = this.#inForce.flatMap(({ fault, places }) => (places.includes(place) ? [strainOf(fault)] : []));
      for (const strain of STRAINS) {
        this.#board.setStrain(
          place,
          strain,
          strains.reduce((sum, more) => sum + (more[strain] ?? 0), 0),
        );
      }
    }
    this.#targets.look();
  }
}
