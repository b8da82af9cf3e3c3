/** One Raft replica: which role it has, and which room an input belongs to. */
import type { Host, NodeId, Replica, ReplicaStatus, Request } from '../api.ts';
import { Campaign } from './campaign.ts';
import { ElectionClock } from './election-clock.ts';
import { Following } from './following.ts';
import type { View } from './invariants.ts';
import { Leadership } from './leadership.ts';
import { Machine } from './machine.ts';
import type { AskVote, LogRecord, Message, Vote } from './messages.ts';
import type { Node } from './node.ts';
import type { RaftOptions } from './options.ts';
import { recover } from './recovery.ts';
import { mayVote } from './voting.ts';

export class RaftReplica implements Replica<Message> {
  readonly #node: Node;
  readonly #clock: ElectionClock;
  readonly #kind: 'full' | 'witness' | 'spare';
  /** At most one of these is set; none: a follower that knows no leader. */
  #leadership: Leadership | undefined;
  #campaign: Campaign | undefined;
  #following: Following | undefined;
  /** Who elected this leader. */
  #supporters: readonly NodeId[] = [];

  constructor(host: Host<Message, LogRecord>, options: RaftOptions) {
    this.#kind = host.members.find((member) => member.id === host.self)?.kind ?? 'spare';
    const voters = host.members.filter((member) => member.kind !== 'spare').map((member) => member.id);
    const peers = voters.filter((id) => id !== host.self);
    const { log, ballot } = recover(host);
    const machine = new Machine(host, log, this.#kind === 'full');
    this.#node = { host, options, voters, peers, log, ballot, machine };
    this.#clock = new ElectionClock(host, options);
    if (this.#kind !== 'spare') this.#clock.restart();
  }

  onRequest(request: Request): void {
    const { host, options } = this.#node;
    const { kind, key } = request.operation;
    if (kind === 'get' && request.read === 'versions') {
      host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
    } else if (kind === 'get' && (request.read === 'local' || options.reads === 'local')) {
      if (this.#kind === 'full') host.reply(request, { value: host.store.get(key) }, 'now');
      else host.fail(request, { effect: 'none', reason: 'unsupported' }, 'now');
    } else if (this.#leadership === undefined) {
      const leader = this.#following?.leader;
      host.fail(request, { effect: 'none', reason: 'not-leader', ...(leader === undefined ? {} : { leader }) }, 'now');
    } else if (!this.#leadership.hasRoom()) {
      host.fail(request, { effect: 'none', reason: 'unavailable' }, 'now');
    } else if (kind === 'get' && options.reads === 'read-index') {
      this.#leadership.read(request);
    } else {
      this.#leadership.propose(request);
    }
  }

  onMessage(from: NodeId, message: Message): void {
    if (this.#kind === 'spare' || !this.#node.peers.includes(from)) return;
    if (message.type === 'ask-vote') this.#onAskVote(from, message);
    else if (message.type === 'vote' && message.pre) this.#onVote(from, message);
    else if (message.term < this.#node.ballot.term) this.#onOldTerm(from, message);
    else {
      if (message.term > this.#node.ballot.term) this.#enterTerm(message.term);
      this.#onCurrentTerm(from, message);
    }
  }

  onTimer(name: string): void {
    if (name === 'heartbeat') this.#onHeartbeat();
    else if (name === 'election') this.#onElectionTimer();
    else if (name === 'commit-notice') this.#leadership?.onNoticeDue();
    // 'go-on' only makes another turn, whose end does the work.
  }

  onDurable(position: number): void {
    this.#node.log.onDurable(position);
    this.#leadership?.onDurable();
    if (this.#campaign?.count() === 'won') this.#win(this.#campaign);
  }

  onLink(peer: NodeId, up: boolean): void {
    if (up || !this.#node.options.linkHint || this.#following?.leader !== peer) return;
    this.#forgetLeader();
    this.#clock.hurry();
  }

  onTurnEnd(): void {
    if (this.#leadership !== undefined) {
      this.#leadership.endTurn();
    } else {
      if (this.#node.machine.apply()) this.#node.host.setTimer('go-on', 0);
      this.#following?.answer();
    }
  }

  holds(): boolean {
    return this.#kind === 'full';
  }

  status(): ReplicaStatus {
    const { ballot, host, log, machine } = this.#node;
    const leader = this.#leadership === undefined ? this.#following?.leader : host.self;
    return {
      role: this.#role(),
      ...(leader === undefined ? {} : { leader }),
      epoch: ballot.term,
      details: { last: log.last, durable: log.durableIndex, commit: machine.commit, applied: machine.applied },
    };
  }

  inspect(): View {
    const { ballot, host, log, machine, voters } = this.#node;
    return {
      voters: voters.length,
      role: this.#role(),
      leader: this.#leadership === undefined ? this.#following?.leader : host.self,
      term: ballot.term,
      vote: ballot.vote,
      supporters:
        this.#leadership !== undefined
          ? this.#supporters
          : this.#campaign?.pre === false
            ? this.#campaign.supporters
            : [],
      commit: machine.commit,
      applied: machine.applied,
      durable: log.durableIndex,
      lostDisk: ballot.abstains,
      entries: log.entries,
    };
  }

  #onCurrentTerm(from: NodeId, message: Message): void {
    switch (message.type) {
      case 'append':
        this.#follow(from).onAppend(message);
        break;
      case 'beat':
        this.#follow(from).onBeat(message);
        break;
      case 'acked':
        this.#leadership?.onAcked(from, message);
        break;
      case 'heard':
        this.#leadership?.onHeard(from, message);
        break;
      case 'vote':
        this.#onVote(from, message);
        break;
    }
  }

  /** A leader of the past, or one whose term a cut-off candidate has passed, is told to make way; the rest is stale. */
  #onOldTerm(from: NodeId, message: Message): void {
    const { ballot, host } = this.#node;
    if (message.type !== 'append' && message.type !== 'beat') return;
    host.send(from, { type: 'outdated', term: ballot.term }, ballot.position);
  }

  #role(): string {
    if (this.#leadership !== undefined) return 'leader';
    if (this.#campaign !== undefined) return 'candidate';
    return this.#kind === 'full' ? 'follower' : this.#kind;
  }

  // ------------------------------------------------------------------------------------------------ elections

  #onElectionTimer(): void {
    if (this.#leadership !== undefined || !this.#clock.expired()) return;
    this.#forgetLeader();
    this.#clock.restart();
    if (this.#kind !== 'full' || this.#node.ballot.abstains) return;
    this.#stand(this.#node.options.preVote);
  }

  #stand(pre: boolean): void {
    this.#campaign = new Campaign(this.#node, pre);
    if (this.#campaign.count() === 'won') this.#win(this.#campaign);
  }

  #win(campaign: Campaign): void {
    const { ballot, host } = this.#node;
    this.#campaign = undefined;
    if (campaign.pre) {
      this.#stand(false);
    } else {
      this.#clock.stop();
      this.#supporters = campaign.supporters;
      this.#leadership = new Leadership(this.#node);
      host.note({ kind: 'leads', epoch: ballot.term });
    }
  }

  #onAskVote(from: NodeId, asked: AskVote): void {
    const { ballot, host, log, options } = this.#node;
    // Without an answer: not even the higher term of who cannot know that a leader is there is taken on.
    if (options.stickiness && this.#leaderIsFresh()) return;
    const granted = mayVote(from, asked, ballot, log);
    if (asked.pre) {
      host.send(from, { type: 'vote', term: granted ? asked.term : ballot.term, pre: true, granted }, 'now');
      return;
    }
    if (asked.term > ballot.term) this.#enterTerm(asked.term, granted ? from : null);
    else if (granted) ballot.set(asked.term, from);
    if (granted) this.#clock.gaveVote();
    host.send(from, { type: 'vote', term: ballot.term, pre: false, granted }, ballot.position);
  }

  #onVote(from: NodeId, vote: Vote): void {
    if (!vote.granted && vote.term > this.#node.ballot.term) this.#enterTerm(vote.term);
    const campaign = this.#campaign;
    if (campaign === undefined || campaign.pre !== vote.pre) return;
    if (vote.granted && vote.term !== campaign.term) return;
    if (campaign.answer(from, vote.granted) === 'won') this.#win(campaign);
  }

  #leaderIsFresh(): boolean {
    if (this.#leadership === undefined) return this.#following !== undefined && this.#clock.leaderIsFresh();
    return this.#leadership.quorumSilenceMs() < this.#node.options.electionTimeoutMinMs;
  }

  // ---------------------------------------------------------------------------------------------------- roles

  #onHeartbeat(): void {
    const { options } = this.#node;
    if (options.checkQuorum && this.#leadership!.quorumSilenceMs() > options.quorumTimeoutMs) this.#stepDown();
    else this.#leadership!.onHeartbeat();
  }

  /** A follower of nobody yet, in a higher term. */
  #enterTerm(term: number, vote: NodeId | null = null): void {
    this.#stepDown();
    this.#campaign = undefined;
    this.#following = undefined;
    this.#node.ballot.set(term, vote);
  }

  #stepDown(): void {
    if (this.#leadership === undefined) return;
    const { ballot, host } = this.#node;
    this.#leadership.end();
    this.#leadership = undefined;
    host.note({ kind: 'steps-down', epoch: ballot.term });
    this.#clock.restart();
  }

  /** A sign of life of this term's leader. */
  #follow(leader: NodeId): Following {
    const { ballot, host } = this.#node;
    if (this.#leadership !== undefined || (this.#following !== undefined && this.#following.leader !== leader)) {
      throw new Error(`raft: ${leader} leads in term ${ballot.term}, which has another leader`);
    }
    if (this.#following === undefined) {
      this.#campaign = undefined;
      this.#following = new Following(this.#node, leader);
      host.note({ kind: 'trusts', node: leader });
    }
    this.#clock.heardLeader();
    return this.#following;
  }

  #forgetLeader(): void {
    if (this.#following === undefined) return;
    this.#node.host.note({ kind: 'suspects', node: this.#following.leader });
    this.#following = undefined;
  }
}
