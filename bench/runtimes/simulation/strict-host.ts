/**
 * The strict mode: what an engine hands over has to be plain data, and is frozen from that moment on at both ends. So a
 * later change on either side throws, where passing by reference would let it show and passing a copy would hide it.
 */
import type { DurableLog, Host } from '../../../engines/api.ts';
import { plainCopy } from './plain.ts';

type AnyHost = Host<{ readonly type: string }, unknown>;

export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}

/** A frozen copy for the receiver. The original is frozen, too. */
export function handOver<T>(value: T): T {
  const copy = plainCopy(value);
  frozen(value);
  return frozen(copy);
}

export function strictHost(host: AnyHost): AnyHost {
  const log: DurableLog<unknown> = {
    recovered: frozen(host.log.recovered),
    append: (entry) => host.log.append(handOver(entry)),
    discard: (before) => host.log.discard(before),
  };
  return {
    self: host.self,
    members: host.members,
    boot: host.boot,
    log,
    store: host.store,
    now: () => host.now(),
    wallClock: () => host.wallClock(),
    random: () => host.random(),
    send: (to, message, when) => host.send(to, handOver(message), when),
    setTimer: (name, delayMs) => host.setTimer(name, delayMs),
    clearTimer: (name) => host.clearTimer(name),
    reply: (ticket, result, when) => host.reply(ticket, handOver(result), when),
    fail: (ticket, failure, when) => host.fail(ticket, handOver(failure), when),
    note: (note) => host.note(note),
  };
}
