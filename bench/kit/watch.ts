/** Tells what an engine does, as it does it: the same engine, with an ear at its host and at its replicas. */
import type { AnyEngine, Failure, Host, NodeId, Replica, Request, Result, Ticket, When } from '../../engines/api.ts';

type Message = { readonly type: string };

export interface Watcher {
  onRequest?(node: NodeId, request: Request): void;
  onDurable?(node: NodeId, position: number): void;
  /** The replica's own end of a turn is over, and nothing has left yet. */
  onTurnEnd?(node: NodeId): void;
  onSend?(node: NodeId, to: NodeId, message: Message): void;
  onAppend?(node: NodeId, entry: unknown): void;
  /** The engine has called `reply` or `fail`; the answer itself may have to wait for the disk. */
  onAnswer?(node: NodeId, ticket: Ticket, answer: Result | Failure): void;
}

export function watchEngine(engine: AnyEngine, watcher: Watcher): AnyEngine {
  return {
    ...engine,
    create: (host: Host<Message, unknown>, options: object): Replica<Message> => {
      watchHost(host, watcher);
      const replica: Replica<Message> = engine.create(host, options);
      watchReplica(replica, host.self, watcher);
      return replica;
    },
  };
}

function watchHost(host: Host<Message, unknown>, watcher: Watcher): void {
  const send = host.send.bind(host);
  const reply = host.reply.bind(host);
  const fail = host.fail.bind(host);
  const append = host.log.append.bind(host.log);
  host.send = (to: NodeId, message: Message, when?: When) => {
    send(to, message, when);
    watcher.onSend?.(host.self, to, message);
  };
  host.reply = (ticket: Ticket, result: Result, when?: When) => {
    reply(ticket, result, when);
    watcher.onAnswer?.(host.self, ticket, result);
  };
  host.fail = (ticket: Ticket, failure: Failure, when?: When) => {
    fail(ticket, failure, when);
    watcher.onAnswer?.(host.self, ticket, failure);
  };
  host.log.append = (entry: unknown) => {
    watcher.onAppend?.(host.self, entry);
    return append(entry);
  };
}

function watchReplica(replica: Replica<Message>, node: NodeId, watcher: Watcher): void {
  const onRequest = replica.onRequest.bind(replica);
  const onDurable = replica.onDurable?.bind(replica);
  const onTurnEnd = replica.onTurnEnd?.bind(replica);
  replica.onRequest = (request) => {
    watcher.onRequest?.(node, request);
    onRequest(request);
  };
  replica.onDurable = (position) => {
    watcher.onDurable?.(node, position);
    onDurable?.(position);
  };
  replica.onTurnEnd = () => {
    onTurnEnd?.();
    watcher.onTurnEnd?.(node);
  };
}
