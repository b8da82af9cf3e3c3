/** What a node is: leader, candidate, follower of a leader, or, without any of these, a follower that knows none. */
import type { NodeId, Request } from '../api.ts';
import type { Belonging } from './belonging.ts';
import { Campaign, type CampaignKind } from './campaign.ts';
import type { ElectionClock } from './election-clock.ts';
import { Following } from './following.ts';
import { Leadership } from './leadership.ts';
import type { Node } from './node.ts';

/** Told what becomes of the node. */
export interface RoleListener {
  /** It leads, and these requests were kept for that. */
  onLeads(leadership: Leadership, kept: readonly Request[]): void;
  /** It has found the leader of its term. */
  onFollows(leader: NodeId): void;
}

export class Roles {
  readonly #node: Node;
  readonly #clock: ElectionClock;
  readonly #belonging: Belonging;
  readonly #listener: RoleListener;
  /** At most one of these is set. */
  #leadership: Leadership | undefined;
  #campaign: Campaign | undefined;
  #following: Following | undefined;
  /** Who elected this leader. */
  #supporters: readonly NodeId[] = [];

  constructor(node: Node, clock: ElectionClock, belonging: Belonging, listener: RoleListener) {
    this.#node = node;
    this.#clock = clock;
    this.#belonging = belonging;
    this.#listener = listener;
  }

  get leadership(): Leadership | undefined {
    return this.#leadership;
  }

  get campaign(): Campaign | undefined {
    return this.#campaign;
  }

  get following(): Following | undefined {
    return this.#following;
  }

  /** Whose votes have made this node leader, or may yet. */
  get supporters(): readonly NodeId[] {
    if (this.#leadership !== undefined) return this.#supporters;
    return this.#campaign?.pre === false ? this.#campaign.supporters : [];
  }

  get leader(): NodeId | undefined {
    return this.#leadership === undefined ? this.#following?.leader : this.#node.self;
  }

  stand(kind: CampaignKind): void {
    this.endCampaign();
    this.#following = undefined;
    this.#campaign = new Campaign(this.#node, kind);
    this.winIfWon();
  }

  /** To be called whenever a vote has come in, or become durable. */
  winIfWon(): void {
    const campaign = this.#campaign;
    if (campaign === undefined || campaign.count() !== 'won') return;
    if (campaign.pre) {
      this.stand('election');
      return;
    }
    this.#campaign = undefined;
    this.#clock.stop();
    this.#supporters = campaign.supporters;
    const leadership = new Leadership(this.#node);
    this.#leadership = leadership;
    this.#node.host.note({ kind: 'leads', epoch: this.#node.ballot.term });
    this.#listener.onLeads(leadership, campaign.kept);
  }

  endCampaign(): void {
    const kept = this.#campaign?.kept ?? [];
    this.#campaign = undefined;
    for (const request of kept) this.#node.host.fail(request, { effect: 'none', reason: 'not-leader' }, 'now');
  }

  /** A follower of nobody yet, in a higher term. */
  enterTerm(term: number, vote: NodeId | null = null): void {
    this.stepDown();
    this.endCampaign();
    this.#following = undefined;
    this.#node.ballot.set(term, vote);
  }

  stepDown(): void {
    if (this.#leadership === undefined) return;
    const { ballot, host } = this.#node;
    this.#leadership.end();
    this.#leadership = undefined;
    host.note({ kind: 'steps-down', epoch: ballot.term });
    this.#clock.restart();
  }

  /** A sign of life of this term's leader. */
  follow(leader: NodeId): Following | undefined {
    const { ballot, host, options } = this.#node;
    if (this.#leadership !== undefined || (this.#following !== undefined && this.#following.leader !== leader)) {
      if (options.lazySync) {
        // A power loss has taken back a vote: nobody leads in this term.
        this.enterTerm(ballot.term + 1);
        host.send(leader, { type: 'outdated', term: ballot.term }, 'now');
        return undefined;
      }
      throw new Error(`raft: ${leader} leads in term ${ballot.term}, which has another leader`);
    }
    if (this.#following === undefined) {
      this.endCampaign();
      this.#following = new Following(this.#node, leader);
      this.#belonging.onLeader();
      host.note({ kind: 'trusts', node: leader });
      this.#listener.onFollows(leader);
    }
    this.#clock.heardLeader();
    return this.#following;
  }

  forgetLeader(): void {
    if (this.#following === undefined) return;
    this.#node.host.note({ kind: 'suspects', node: this.#following.leader });
    this.#following = undefined;
  }
}
