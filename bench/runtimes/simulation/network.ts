/**
 * Simulated links: one for each ordered pair of ends, nodes and the clients of each zone. What leaves together travels
 * together, in order, as on one connection; a link may lose and double messages and let some travel on their own. Faults
 * come and go beside each other: each is taken away by itself.
 */
import type { End, Fault, LinkFault } from '../../faults/vocabulary.ts';
import type { Random } from '../../random.ts';
import { sampler, samplerOf } from '../../topologies/delays.ts';
import type { Delay, LinkModel } from '../../topologies/links.ts';
import type { EventQueue } from './events.ts';

export type Parcel = { readonly type: string };
/** What the receiving end does with what arrives; `false`: nobody is there. */
export type Deliver = (messages: readonly Parcel[]) => unknown;
/** What becomes of a message, as far as that is known; undefined: it does not arrive. */
export interface Fate {
  arrivesUs: number | undefined;
}
/** Told of each message that is sent, and of each copy; what it returns is kept true until the message has arrived. */
export type Watch = (from: number, to: number, message: Parcel, sentUs: number, arrivesUs: number | undefined) => Fate;

/** Where links end: a node or a zone's clients, and the zone that it stands in. */
export interface Place {
  readonly end: End;
  readonly zone: string;
}

type Troubling = Extract<Fault, { kind: 'delay' | 'drop' | 'duplicate' | 'reorder' | 'hold' }>;

type Draw = (random: Random) => number;

/** What links of one model have in common. */
interface Nature {
  readonly model: LinkModel;
  readonly draw: () => Draw;
  /** Whether messages may fare differently from each other. */
  readonly isPlain: boolean;
}

interface Link {
  readonly from: number;
  readonly to: number;
  readonly nature: Nature;
  /** What is drawn of a message but its delay; made when first used. */
  random: Random | undefined;
  readonly delayRandom: Random;
  readonly drawDelayUs: Draw;
  readonly byType: ReadonlyMap<string, () => number> | undefined;
  /** When the last message in order arrives. */
  lastUs: number;
  /** Cuts in force; it carries nothing while there are any. */
  cuts: number;
  troubles: readonly Troubling[];
  /** Made when first used. */
  held: Held[] | undefined;
}

interface Held {
  readonly trouble: Troubling;
  readonly message: Parcel;
  readonly deliver: Deliver;
  readonly fate: Fate | undefined;
}

const NO_TROUBLES: readonly Troubling[] = [];

const delayUs = (link: Link): number => link.drawDelayUs(link.delayRandom);

/** Messages that stay together, and when they arrive. */
interface Together {
  messages: Parcel[];
  fates: Fate[];
  atUs: number;
}

export class SimulatedNetwork {
  readonly #events: EventQueue;
  readonly #ends: readonly Place[];
  readonly #random: Random;
  readonly #modelOf: (from: End, to: End) => LinkModel;
  /** Made when first used: of a thousand nodes most pairs never meet. */
  readonly #links: (Link | undefined)[][];
  readonly #natures = new WeakMap<LinkModel, Nature>();
  /** Cuts by hand, apart from faults. */
  readonly #byHand = new Set<Link>();
  watch: Watch | undefined;
  /** Once calm, links neither lose nor double anything by their nature. */
  #calm = false;

  /** `ends`: the nodes by place, then the zones that clients live in. */
  constructor(events: EventQueue, random: Random, ends: readonly Place[], modelOf: (from: End, to: End) => LinkModel) {
    this.#events = events;
    this.#random = random;
    this.#ends = ends;
    this.#links = ends.map(() => []);
    this.#modelOf = modelOf;
  }

  #link(from: number, to: number): Link {
    const ofEnd = this.#links[from]!;
    const known = ofEnd[to];
    if (known !== undefined) return known;
    // Without holes an array is the faster one.
    while (ofEnd.length < to) ofEnd.push(undefined);
    const model = this.#modelOf(this.#ends[from]!.end, this.#ends[to]!.end);
    const made = this.#makeLink(from, to, this.#natureOf(model));
    ofEnd[to] = made;
    return made;
  }

  #natureOf(model: LinkModel): Nature {
    const known = this.#natures.get(model);
    if (known !== undefined) return known;
    const { delay, byType = {}, lossShare, duplicateShare, reorderShare } = model;
    const isPlain = Object.keys(byType).length === 0 && lossShare === 0 && duplicateShare === 0 && reorderShare === 0;
    const made = { model, draw: samplerOf(delay), isPlain };
    this.#natures.set(model, made);
    return made;
  }

  #makeLink(from: number, to: number, nature: Nature): Link {
    const name = `${from}>${to}`;
    const types = Object.entries(nature.model.byType ?? {});
    const ofType = (type: string, delay: Delay): (() => number) =>
      sampler(delay, this.#random.fork(`${name}/delay of ${type}`));
    return {
      from,
      to,
      nature,
      random: undefined,
      delayRandom: this.#random.fork(`${name}/delay`),
      drawDelayUs: nature.draw(),
      byType: types.length === 0 ? undefined : new Map(types.map(([type, delay]) => [type, ofType(type, delay)])),
      lastUs: 0,
      cuts: 0,
      troubles: NO_TROUBLES,
      held: undefined,
    };
  }

  #randomOf(link: Link): Random {
    link.random ??= this.#random.fork(`${link.from}>${link.to}`);
    return link.random;
  }

  /** Carries messages that leave together, so long from now. */
  carry(from: number, to: number, messages: readonly Parcel[], leavesInUs: number, deliver: Deliver): void {
    const link = this.#link(from, to);
    const sentUs = this.#events.nowUs + leavesInUs;
    if (link.nature.isPlain && link.troubles.length === 0) {
      const arrivesUs = Math.max(link.lastUs, sentUs + delayUs(link));
      link.lastUs = arrivesUs;
      // Whether somebody watches must not change what is drawn.
      const fates = this.watch && messages.map((message) => this.#told(link, message, sentUs, arrivesUs)!);
      this.#arrive(link, arrivesUs, messages, deliver, fates);
      return;
    }
    const together: Together = { messages: [], fates: [], atUs: 0 };
    for (const message of messages) this.#travel(link, message, sentUs, together, deliver);
    this.#depart(link, together, deliver);
  }

  /** Sees one message on its way; those that stay in order are gathered, and leave when the next of them arrives later. */
  #travel(link: Link, message: Parcel, sentUs: number, together: Together, deliver: Deliver): void {
    const random = this.#randomOf(link);
    const { model } = link.nature;
    let lossShare = this.#calm ? 0 : model.lossShare;
    let duplicateShare = this.#calm ? 0 : model.duplicateShare;
    let alone = model.reorderShare > 0 && random.next() < model.reorderShare;
    let moreUs = 0;
    for (const trouble of link.troubles) {
      if (trouble.type !== undefined && trouble.type !== message.type) continue;
      if (trouble.kind === 'hold') {
        const fate = this.#told(link, message, sentUs, undefined);
        link.held ??= [];
        link.held.push({ trouble, message, deliver, fate });
        return;
      }
      if (trouble.kind === 'delay') moreUs += trouble.delayMs * 1000;
      else if (trouble.kind === 'drop') lossShare = 1 - (1 - lossShare) * (1 - trouble.share);
      else if (trouble.kind === 'duplicate') duplicateShare = 1 - (1 - duplicateShare) * (1 - trouble.share);
      else if (random.next() < trouble.share) {
        alone = true;
        moreUs += random.next() * trouble.delayMs * 1000;
      }
    }
    if (lossShare > 0 && random.next() < lossShare) {
      this.#told(link, message, sentUs, undefined);
      return;
    }
    const earliestUs = sentUs + Math.round(moreUs);
    const ofType = link.byType?.get(message.type);
    const drawnUs = (): number => (ofType === undefined ? delayUs(link) : ofType());
    // A second copy comes by a way of its own.
    if (duplicateShare > 0 && random.next() < duplicateShare)
      this.#send(link, message, sentUs, earliestUs + drawnUs(), deliver);
    const arrivesUs = earliestUs + drawnUs();
    if (alone) {
      this.#send(link, message, sentUs, arrivesUs, deliver);
      return;
    }
    link.lastUs = Math.max(link.lastUs, arrivesUs);
    if (together.atUs !== link.lastUs) this.#depart(link, together, deliver);
    together.messages.push(message);
    together.atUs = link.lastUs;
    const fate = this.#told(link, message, sentUs, link.lastUs);
    if (fate !== undefined) together.fates.push(fate);
  }

  /** One message by itself. */
  #send(link: Link, message: Parcel, sentUs: number, arrivesUs: number, deliver: Deliver): void {
    const fate = this.#told(link, message, sentUs, arrivesUs);
    this.#arrive(link, arrivesUs, [message], deliver, fate && [fate]);
  }

  /** Those that were gathered leave. */
  #depart(link: Link, together: Together, deliver: Deliver): void {
    if (together.messages.length === 0) return;
    this.#arrive(link, together.atUs, together.messages, deliver, together.fates);
    together.messages = [];
    together.fates = [];
  }

  #told(link: Link, message: Parcel, sentUs: number, arrivesUs: number | undefined): Fate | undefined {
    return this.watch?.(link.from, link.to, message, sentUs, arrivesUs);
  }

  #arrive(link: Link, atUs: number, messages: readonly Parcel[], deliver: Deliver, fates?: readonly Fate[]): void {
    this.#events.at(atUs, () => {
      // Looked at on arrival: a cut also swallows what was under way.
      const isTaken = link.cuts === 0 && deliver(messages) !== false;
      if (isTaken || fates === undefined) return;
      for (const fate of fates) fate.arrivesUs = undefined;
    });
  }

  // ------------------------------------------------------------------------------------------------------- faults

  inject(fault: LinkFault): void {
    for (const link of this.#linksOf(fault)) {
      if (fault.kind === 'cut' || fault.kind === 'cut-zone') link.cuts++;
      else link.troubles = [...link.troubles, fault];
    }
  }

  heal(fault: LinkFault): void {
    for (const link of this.#linksOf(fault)) {
      if (fault.kind === 'cut' || fault.kind === 'cut-zone') link.cuts--;
      else {
        const at = link.troubles.indexOf(fault);
        if (at >= 0) link.troubles = link.troubles.toSpliced(at, 1);
        this.#release(link, fault);
      }
    }
  }

  /** Hands over what a hold kept back, in the order in which it was sent. */
  #release(link: Link, fault: Troubling): void {
    const { held = [] } = link;
    const freed = held.filter(({ trouble }) => trouble === fault);
    if (freed.length === 0) return;
    link.held = held.filter(({ trouble }) => trouble !== fault);
    for (const { message, deliver, fate } of freed) {
      const atUs = this.#events.nowUs + delayUs(link);
      if (fate !== undefined) fate.arrivesUs = atUs;
      this.#arrive(link, atUs, [message], deliver, fate && [fate]);
    }
  }

  #linksOf(fault: LinkFault): Link[] {
    if (fault.kind === 'cut-zone') return this.#linksOfZone(fault);
    const [from, to] = [this.#endsLike(fault.from), this.#endsLike(fault.to)];
    return from.flatMap((a) =>
      to.flatMap((b) => (fault.oneWay === true ? [this.#link(a, b)] : [this.#link(a, b), this.#link(b, a)])),
    );
  }

  #linksOfZone(fault: Extract<LinkFault, { kind: 'cut-zone' }>): Link[] {
    const places = this.#ends.map((_, place) => place);
    const isInside = (place: number): boolean => {
      const { end, zone } = this.#ends[place]!;
      return zone === fault.zone && ('node' in end || fault.clients !== 'outside');
    };
    const inside = places.filter(isInside);
    if (inside.length === 0) throw new Error(`no node stands in zone ${fault.zone}`);
    const outside = places.filter((place) => !isInside(place));
    return inside.flatMap((a) => outside.flatMap((b) => [this.#link(a, b), this.#link(b, a)]));
  }

  #endsLike(end: End): number[] {
    const places = this.#ends.flatMap((other, place) => (isSame(end, other.end) ? [place] : []));
    if (places.length === 0) throw new Error(`no end of a link is ${JSON.stringify(end)}`);
    return places;
  }

  /** Cuts one way between two ends, until it is mended; twice is once. */
  cut(from: number, to: number): void {
    const link = this.#link(from, to);
    if (this.#byHand.has(link)) return;
    this.#byHand.add(link);
    link.cuts++;
  }

  calm(): void {
    this.#calm = true;
  }

  mendAll(): void {
    for (const link of this.#byHand) link.cuts--;
    this.#byHand.clear();
  }

  isCut(from: number, to: number): boolean {
    return this.#link(from, to).cuts > 0;
  }
}

const isSame = (a: End, b: End): boolean =>
  'node' in a ? 'node' in b && a.node === b.node : 'clientsOf' in b && a.clientsOf === b.clientsOf;
