/** In a healthy cluster every request and every command is answered: once, and by whichever node was asked. */
import type { Command, Operation, Request } from '../../../engines/api.ts';
import type { Check, Setting } from './check.ts';
import { LoadedCluster } from './loaded-cluster.ts';

const ANSWER_LIMIT_MS = 30_000;
/** For a second answer to come, which the host does not let pass. */
const AFTERWARDS_MS = 5000;

const OPERATIONS: readonly Operation[] = [
  { kind: 'put', key: 'k', value: 'a' },
  { kind: 'append', key: 'k', value: 'b' },
  { kind: 'cas', key: 'k', expected: 'ab', value: 'c' },
  { kind: 'cas', key: 'k', expected: 'never there', value: 'd' },
  { kind: 'get', key: 'k' },
  { kind: 'add', key: 'k', value: '1' },
  { kind: 'delete', key: 'k' },
  { kind: 'get', key: 'k' },
];
const READS: readonly Request['read'][] = ['default', 'local', 'versions'];

export const answers: Check = {
  name: 'answers',
  promise: 'every request and every command is answered, and only once',
  presets: 'all',
  run: (setting) => unansweredRequest(setting) ?? unansweredCommand(setting),
};

function unansweredRequest(setting: Setting): string | undefined {
  const cluster = new LoadedCluster(setting, 1);
  cluster.service();
  let serial = 0;
  for (const to of cluster.ids) {
    for (const operation of OPERATIONS) {
      for (const read of operation.kind === 'get' ? READS : READS.slice(0, 1)) {
        const submitted = cluster.simulation.submit(to, operation, { read, session: 'all', serial: ++serial });
        for (let passedMs = 0; submitted.answer === undefined && passedMs < ANSWER_LIMIT_MS; passedMs += 10) {
          cluster.simulation.run(10);
        }
        if (submitted.answer === undefined) {
          return `${to} did not answer a ${operation.kind} with the read mode ${read} in ${ANSWER_LIMIT_MS / 1000} s`;
        }
      }
    }
  }
  cluster.simulation.run(AFTERWARDS_MS);
  return undefined;
}

function unansweredCommand(setting: Setting): string | undefined {
  const [first, last] = [setting.members[0]!.id, setting.members.at(-1)!.id];
  const commands: Command[] = [
    { kind: 'add', node: last },
    { kind: 'promote', node: last },
    { kind: 'replace', node: last, by: first },
    { kind: 'remove', node: last },
    { kind: 'transfer' },
    { kind: 'transfer', to: last },
    { kind: 'drain' },
    { kind: 'snapshot' },
  ];
  for (const command of commands) {
    const cluster = new LoadedCluster(setting, 1);
    const leader = cluster.service()?.node ?? first;
    const submitted = cluster.simulation.command(leader, command);
    cluster.simulation.run(ANSWER_LIMIT_MS);
    if (submitted.answer === undefined)
      return `${leader} did not answer the command ${command.kind} in ${ANSWER_LIMIT_MS / 1000} s`;
  }
  return undefined;
}
