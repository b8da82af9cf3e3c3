/** The rooms of one node, as those who coordinate see them. */
import type { Host, Result } from '../api.ts';
import type { StampClock } from '../parts/hybrid-clock.ts';
import type { Copies } from './copies.ts';
import type { Hints } from './hints.ts';
import type { Journal } from './journal.ts';
import type { Entry, Message } from './messages.ts';
import type { Options } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { Peers } from './peers.ts';
import type { Placement } from './placement.ts';
import type { Replies } from './replies.ts';
import type { StandIns } from './stand-ins.ts';

export interface Parts {
  readonly host: Host<Message, Entry>;
  readonly options: Options;
  /** This life's name, under which it stamps. */
  readonly writer: string;
  readonly clock: StampClock;
  readonly copies: Copies;
  readonly journal: Journal;
  readonly hints: Hints;
  readonly outbox: Outbox;
  readonly placement: Placement;
  readonly standIns: StandIns;
  readonly replies: Replies;
  readonly peers: Peers;
  /** The result, and what it tells the session of the time that it has come to. */
  readonly withToken: (result: Result) => Result;
}
