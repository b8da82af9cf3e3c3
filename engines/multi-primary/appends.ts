/**
 * Appends. Under last-writer-wins an append is a read and then a write of the whole value, so appends through different
 * coordinators may overwrite each other. Through one coordinator they do not: a key's appends go one after the other, and those that
 * wait meanwhile are written together.
 */
import type { Ticket } from '../api.ts';
import { isNewer } from '../parts/hybrid-clock.ts';
import { NO_VERSION, type Version } from './messages.ts';
import type { Reads } from './reads.ts';
import { answerWrite, type Parts, type WriteOutcome, type Writes } from './writes.ts';

interface Append {
  readonly ticket: Ticket;
  readonly value: string;
}

/** The appends of one key: those being written and those that wait. */
interface Chain {
  readonly key: string;
  running: Append[];
  waiting: Append[];
  /** What the chain wrote last: the read may miss it where read and write quorums do not meet. */
  last: Version;
}

export class Appends {
  readonly #parts: Parts;
  readonly #reads: Reads;
  readonly #writes: Writes;
  readonly #chains = new Map<string, Chain>();

  constructor(parts: Parts, reads: Reads, writes: Writes) {
    this.#parts = parts;
    this.#reads = reads;
    this.#writes = writes;
  }

  begin(ticket: Ticket, key: string, value: string): void {
    const { host, options, peers, copies } = this.#parts;
    if (options.readQuorum === 1 && peers.ring.copiesOf(key).includes(host.self)) {
      // The read is this node's own copy, and nothing can come between it and the write.
      this.#writes.begin(ticket, key, (copies.value(key) ?? '') + value);
      return;
    }
    const known = this.#chains.get(key);
    if (known !== undefined) {
      known.waiting.push({ ticket, value });
      return;
    }
    const chain: Chain = { key, running: [], waiting: [{ ticket, value }], last: NO_VERSION };
    this.#chains.set(key, chain);
    this.#next(chain);
  }

  #next(chain: Chain): void {
    chain.running = chain.waiting;
    chain.waiting = [];
    if (chain.running.length === 0) this.#chains.delete(chain.key);
    else this.#reads.begin({ versionRead: (version) => this.#write(chain, version) }, chain.key);
  }

  #write(chain: Chain, read: Version | undefined): void {
    if (read === undefined) {
      this.#end(chain, 'refused', 'now');
      return;
    }
    const { last } = chain;
    const base = isNewer(last.time, last.writer, read.time, read.writer) ? last : read;
    const value = (base.value ?? '') + chain.running.map((append) => append.value).join('');
    // Its stamp has to be above what it was made from, wherever that was read.
    this.#parts.clock.observe(base.time);
    const owner = { writeEnded: (outcome: WriteOutcome, when: number | 'now') => this.#end(chain, outcome, when) };
    chain.last = this.#writes.begin(owner, chain.key, value) ?? chain.last;
  }

  #end(chain: Chain, outcome: WriteOutcome, when: number | 'now'): void {
    for (const { ticket } of chain.running) answerWrite(this.#parts.host, ticket, outcome, when);
    this.#next(chain);
  }
}
