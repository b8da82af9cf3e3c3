/** One node whose versions are revision trees: hands each input to the room that it belongs to, and ends turns. */
import type { Host, NodeId, Replica, ReplicaStatus, Request } from '../../api.ts';
import type { Status } from '../../parts/membership.ts';
import { sum } from '../counters.ts';
import { writerName } from '../messages.ts';
import { Peers } from '../peers.ts';
import { Placement } from '../placement.ts';
import { judge } from './acceptance.ts';
import { Documents } from './documents.ts';
import { Edits } from './edits.ts';
import { Feed } from './feed.ts';
import { RevisionInspection } from './inspection.ts';
import { Journal, recover } from './journal.ts';
import type { RevisionEntry, RevisionMessage, RevisionMessageOf } from './messages.ts';
import { Opens } from './opens.ts';
import type { RevisionOptions } from './options.ts';
import type { RevisionParts } from './parts.ts';
import { Post } from './post.ts';
import type { Leaf } from './revision.ts';

const VERDICTS = ['held', 'refused', 'unsure'] as const;

/** Ticks in the time after which the silent are asked again. */
const TICKS_PER_RESEND = 4;

export class RevisionReplica implements Replica<RevisionMessage> {
  readonly #parts: RevisionParts;
  readonly #tag: string;
  readonly #edits: Edits;
  readonly #opens: Opens;
  readonly #feed: Feed;
  #inspection: RevisionInspection | undefined;
  #ticking = false;
  #cutDue = false;

  constructor(host: Host<RevisionMessage, RevisionEntry>, options: RevisionOptions) {
    const documents = new Documents(host.store, options.historyLimit);
    const recovered = recover(host, documents);
    const journal = new Journal(host, documents, recovered, options.checkpointBranches);
    this.#tag = writerName(host.self, recovered.life);
    const post = new Post(host, journal, this.#tag);
    const placement = new Placement(options, host.members, host.self);
    const peers = new Peers(
      host,
      recovered.life,
      journal.lifePosition,
      { ...options, localFirst: false },
      (node, status, before) => this.#memberChanged(node, status, before),
    );
    this.#parts = { host, options, documents, journal, post, placement, peers };
    this.#edits = new Edits(this.#parts);
    this.#opens = new Opens(this.#parts);
    this.#feed = new Feed(this.#parts, this.#tag);
  }

  onRequest(request: Request): void {
    const { operation, read } = request;
    const { key } = operation;
    switch (operation.kind) {
      case 'get':
        if (read === 'local') this.#opens.local(request, key);
        else if (read === 'versions') this.#opens.versions(request, key);
        else this.#opens.begin(request, key);
        break;
      case 'put':
        this.#edit(request, key, () => operation.value);
        break;
      case 'delete':
        this.#opens.begin(request, key, (winner, position) => {
          if (shownBy(winner) === null) this.#opens.answer(request, {}, position);
          else this.#edits.begin(request, key, winner, null);
        });
        break;
      case 'append':
        this.#edit(request, key, (found) => (found ?? '') + operation.value);
        break;
      case 'add':
        this.#edit(request, key, (found) => sum(found, operation.value));
        break;
      case 'cas':
        this.#opens.begin(request, key, (winner, position) => {
          const found = shownBy(winner);
          if (found !== operation.expected) this.#opens.answer(request, { swapped: false, observed: found }, position);
          else this.#edits.begin(request, key, winner, operation.value, { swapped: true });
        });
        break;
    }
  }

  /** Reads, and writes what is made of it, as an application does that stands beside its coordinator. */
  #edit(request: Request, key: string, next: (found: string | null) => string): void {
    this.#opens.begin(request, key, (winner) => this.#edits.begin(request, key, winner, next(shownBy(winner))));
  }

  onMessage(from: NodeId, message: RevisionMessage): void {
    switch (message.type) {
      case 'edits':
        for (const [number, key, edit] of message.edits) {
          this.#parts.post.edited(from, message.tag, number, judge(this.#parts, key, edit));
        }
        break;
      case 'edited':
        if (message.tag !== this.#tag) return;
        for (const verdict of VERDICTS) {
          for (const number of message[verdict]) this.#edits.onAnswer(from, number, verdict);
        }
        break;
      case 'opens':
        for (const [number, key, every] of message.opens) {
          const { branches, position } = this.#opens.held(key, every);
          this.#parts.post.opened(from, message.tag, number, branches, position);
        }
        break;
      case 'opened':
        if (message.tag !== this.#tag) return;
        for (const [number, branches] of message.answers) this.#opens.onAnswer(from, number, branches);
        break;
      case 'branches':
        this.#onBranches(from, message);
        break;
      case 'merged':
        if (message.tag !== this.#tag) return;
        for (const number of message.numbers) {
          if (number > 0) this.#opens.onMerged(from, number);
          else this.#feed.onMerged(from, number);
        }
        break;
      case 'changes':
        this.#feed.onChanges(from, message);
        break;
      case 'missing':
        this.#feed.onMissing(from, message);
        break;
      default:
        this.#parts.peers.membership.onMessage(from, message);
    }
  }

  #onBranches(from: NodeId, { tag, number, branches }: RevisionMessageOf<'branches'>): void {
    const { documents, journal, post } = this.#parts;
    for (const [key, branch] of branches) {
      if (documents.merge(key, branch, journal.turnPosition)) journal.branch(key, branch);
    }
    if (number !== 0) post.merged(from, tag, number);
  }

  onTimer(name: string): void {
    if (name === 'membership') this.#parts.peers.membership.tick();
    else if (name === 'feed') this.#feed.tick();
    else {
      this.#ticking = false;
      this.#cutDue = true;
      this.#edits.tick();
      this.#opens.tick();
    }
  }

  onDurable(position: number): void {
    this.#parts.journal.onDurable(position);
    this.#edits.onDurable(position);
    this.#opens.onDurable(position);
  }

  onLink(peer: NodeId, up: boolean): void {
    const { membership } = this.#parts.peers;
    if (up) membership.linkUp(peer);
    else membership.linkDown(peer);
  }

  onTurnEnd(): void {
    const { host, journal, post, options } = this.#parts;
    journal.flush();
    post.flush();
    this.#opens.flushLate();
    this.#feed.onTurnEnd();
    // Once a tick and not at every turn's end: where logging is done at once, the end of a turn that logs is a turn again.
    if (this.#cutDue) journal.cut();
    this.#cutDue = false;
    if (!this.#ticking && (this.#edits.busy || this.#opens.busy || journal.cutWanted)) {
      this.#ticking = true;
      host.setTimer('tick', options.resendMs / TICKS_PER_RESEND);
    }
  }

  holds(key: string): boolean {
    return this.#parts.placement.holds(key);
  }

  status(): ReplicaStatus {
    const { peers, documents } = this.#parts;
    const down = peers.others.filter((node) => peers.isDown(node)).length;
    return { role: 'peer', details: { down, documents: documents.size, conflicts: documents.conflicts } };
  }

  inspect(): RevisionInspection {
    this.#inspection ??= new RevisionInspection(this.#parts.documents, this.#parts.options.historyLimit);
    return this.#inspection;
  }

  #memberChanged(node: NodeId, status: Status, before: Status): void {
    const { host } = this.#parts;
    if (status === 'dead') {
      host.note({ kind: 'suspects', node });
      this.#edits.nodeDown(node);
      this.#opens.nodeDown(node);
      this.#feed.nodeDown(node);
    } else if (before === 'dead') {
      host.note({ kind: 'trusts', node });
      this.#feed.nodeUp(node);
    }
  }
}

const shownBy = (winner: Leaf | undefined): string | null => winner?.value ?? null;
