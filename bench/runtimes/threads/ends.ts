/** The ends of links by number: the nodes first, by their place among the members, then the clients of each zone. */
import type { Member } from '../../../engines/api.ts';
import type { End } from '../../faults/vocabulary.ts';

export class Ends {
  readonly #members: readonly Member[];
  /** Where the clients live, in turn; a zone may stand here more than once, and is an end each time. */
  readonly #clientZones: readonly string[];

  constructor(members: readonly Member[], clientZones: readonly string[]) {
    this.#members = members;
    this.#clientZones = clientZones;
  }

  /** Throws if there is no such node. */
  place(node: string): number {
    const place = this.#members.findIndex((member) => member.id === node);
    if (place < 0) throw new Error(`no node ${node}`);
    return place;
  }

  places(): number[] {
    return this.#members.map((_, place) => place);
  }

  /** Throws if no node stands there. */
  placesIn(zone: string): number[] {
    const places = this.#members.flatMap((member, place) => (member.zone === zone ? [place] : []));
    if (places.length === 0) throw new Error(`no node stands in zone ${zone}`);
    return places;
  }

  /** Throws if the end is not there. */
  of(end: End): number[] {
    if ('node' in end) return [this.place(end.node)];
    const ends = this.#clientsIn((zone) => zone === end.clientsOf);
    if (ends.length === 0) throw new Error(`no clients live in zone ${end.clientsOf}`);
    return ends;
  }

  /** Both sides of a zone's border. The zone's clients are inside unless they are to stay outside. */
  sidesOf(zone: string, clients: 'inside' | 'outside'): { readonly inside: number[]; readonly outside: number[] } {
    const nodes = this.placesIn(zone);
    const goAlong = (home: string): boolean => clients === 'inside' && home === zone;
    return {
      inside: [...nodes, ...this.#clientsIn(goAlong)],
      outside: [
        ...this.places().filter((place) => !nodes.includes(place)),
        ...this.#clientsIn((home) => !goAlong(home)),
      ],
    };
  }

  #clientsIn(isMeant: (zone: string) => boolean): number[] {
    return this.#clientZones.flatMap((zone, i) => (isMeant(zone) ? [this.#members.length + i] : []));
  }
}
