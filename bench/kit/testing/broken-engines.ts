/** A small sound engine, and engines that differ from it in one broken point each: what the kit's checks have to notice. */
import type {
  AnyEngine,
  Claims,
  Command,
  Host,
  Member,
  Operation,
  Replica,
  Request,
  Ticket,
} from '../../../engines/api.ts';
import { claims } from '../../runtimes/simulation/simulation-fixture.ts';

type Write = Exclude<Operation, { kind: 'get' }>;
interface Copied {
  readonly type: 'copied';
  readonly writes: Write[];
}
type AnyHost = Host<Copied, Write>;

/** The first member holds everything; the others point at it. */
export class Holder implements Replica<Copied> {
  readonly host: AnyHost;
  readonly holder: string;

  constructor(host: AnyHost) {
    this.host = host;
    this.holder = host.members[0]!.id;
    for (const write of host.log.recovered) host.store.apply(write);
  }

  get others(): string[] {
    return this.host.members.map(({ id }) => id).filter((id) => id !== this.host.self);
  }

  onRequest(request: Request): void {
    if (this.host.self === this.holder) this.serve(request);
    else this.host.fail(request, { effect: 'none', reason: 'not-leader', leader: this.holder }, 'now');
  }

  serve(request: Request): void {
    if (request.operation.kind !== 'get') this.keep(request.operation);
    this.host.reply(request, this.host.store.apply(request.operation));
  }

  keep(write: Write): void {
    this.host.log.append(write);
  }

  onMessage(_from: string, _message: Copied): void {}
  onTimer(_name: string): void {}
  onCommand(ticket: Ticket, _command: Command): void {
    this.host.fail(ticket, { effect: 'none', reason: 'unsupported' }, 'now');
  }
  holds(_key: string): boolean {
    return this.host.self === this.holder;
  }
  status() {
    return { role: this.host.self === this.holder ? 'holder' : 'bystander' };
  }
}

const CLAIMS: Claims = {
  ...claims,
  reads: { default: 'linearizable', local: 'linearizable', versions: 'linearizable' },
};

export function engineOf(
  replica: new (host: AnyHost) => Replica<Copied>,
  claimed: Partial<Claims> = {},
  more: Partial<AnyEngine> = {},
): AnyEngine {
  return {
    name: 'small',
    presets: { default: {} },
    claims: () => ({ ...CLAIMS, ...claimed }),
    create: (host: AnyHost) => new replica(host),
    ...more,
  };
}

/** Lives of all engines of this process: state that belongs to no replica. */
let livesSoFar = 0;

class Counting extends Holder {
  constructor(host: AnyHost) {
    super(host);
    host.setTimer('count', ++livesSoFar);
  }
  override onTimer(): void {
    if (this.host.self !== this.holder) this.host.send(this.holder, { type: 'copied', writes: [] });
  }
}

class Forgetful extends Holder {
  override keep(): void {}
}

class Hasty extends Holder {
  override serve(request: Request): void {
    const { operation } = request;
    if (operation.kind !== 'get') this.keep(operation);
    this.host.reply(request, this.host.store.apply(operation), 'now');
  }
}

class Speechless extends Holder {
  override serve(request: Request): void {
    if (request.read !== 'versions') super.serve(request);
  }
}

class Repeating extends Holder {
  override serve(request: Request): void {
    super.serve(request);
    if (request.operation.kind === 'delete') this.host.reply(request, {});
  }
}

class Disobedient extends Holder {
  override onCommand(ticket: Ticket, command: Command): void {
    if (command.kind !== 'drain') super.onCommand(ticket, command);
  }
}

class Sharing extends Holder {
  readonly #all: Write[] = [];
  override keep(write: Write): void {
    super.keep(write);
    this.#all.push(write);
    for (const other of this.others) this.host.send(other, { type: 'copied', writes: this.#all });
  }
}

class Vague extends Holder {
  override serve(request: Request): void {
    if (request.operation.kind === 'cas') this.host.reply(request, { observed: undefined } as never);
    else super.serve(request);
  }
}

class Chatty extends Holder {
  constructor(host: AnyHost) {
    super(host);
    host.setTimer('chat', 4);
  }
  override onTimer(): void {
    for (const other of this.others) this.host.send(other, { type: 'copied', writes: [] });
    this.host.setTimer('chat', 4);
  }
}

class Scribbling extends Holder {
  constructor(host: AnyHost) {
    super(host);
    host.setTimer('scribble', 100);
  }
  override onTimer(): void {
    this.host.log.append({ kind: 'delete', key: 'nothing' });
    this.host.setTimer('scribble', 100);
  }
}

/** Nodes take writes for themselves, and never tell each other of them. */
class Separate extends Holder {
  override onRequest(request: Request): void {
    this.serve(request);
  }
  override holds(): boolean {
    return true;
  }
}

class Overflowing extends Holder {
  override keep(write: Write): void {
    super.keep(write);
    for (let copy = 0; copy < 5; copy++) {
      for (const other of this.others) this.host.send(other, { type: 'copied', writes: [write] });
    }
  }
}

class Overwhelmed extends Holder {
  #inTurn = 0;
  override serve(request: Request): void {
    if (++this.#inTurn < 100) super.serve(request);
  }
  onTurnEnd(): void {
    this.#inTurn = 0;
  }
}

class Denying extends Holder {
  override serve(request: Request): void {
    const { operation } = request;
    if (this.host.boot !== 'restart' || operation.kind !== 'put' || !operation.key.endsWith('0')) super.serve(request);
    else {
      this.keep(operation);
      this.host.store.apply(operation);
      this.host.fail(request, { effect: 'none', reason: 'conflict' });
    }
  }
}

class Sulking extends Holder {
  override serve(request: Request): void {
    if (this.host.boot === 'found') super.serve(request);
    else this.host.fail(request, { effect: 'none', reason: 'unavailable' });
  }
}

const sound = { lostNodes: 0, lostDisks: 0, powerLoss: true };
const says = (...problems: unknown[]): AnyEngine =>
  engineOf(
    Holder,
    {},
    { validate: (_options: object, members: readonly Member[]) => (members.length < 3 ? (problems as string[]) : []) },
  );

/** What is wrong with it, the check that has to say so, and what it says. */
export const BROKEN: readonly (readonly [title: string, engine: AnyEngine, check: string, says: RegExp])[] = [
  ['puts problems in a word', says('bad'), 'definition', /^validate said "bad", which is no whole sentence$/],
  [
    'has a problem with three members',
    engineOf(Holder, {}, { validate: () => ['It cannot run.'] }),
    'definition',
    /^the preset default cannot run on 3 members: It cannot run\.$/,
  ],
  [
    'has an option in an option',
    engineOf(Holder, {}, { presets: { default: { a: {} } } }),
    'definition',
    /^the option a of the preset default is neither/,
  ],
  [
    'has a preset with an option that its default lacks',
    engineOf(Holder, {}, { presets: { default: {}, quick: { a: 1 } } }),
    'definition',
    /^the preset default has the options none, and quick has a$/,
  ],
  [
    'claims to outlive itself',
    engineOf(Holder, { acknowledged: { ...sound, lostNodes: 1 } }),
    'definition',
    /^on 1 members, the claims are not well formed: lostNodes/,
  ],
  [
    'has state outside of its replicas',
    engineOf(Counting),
    'determinism',
    /^seed 1 gave the trace \w+, and \w+ when it was run again$/,
  ],
  ['sends what it goes on changing', engineOf(Sharing), 'plain-data', /^a node threw: TypeError/],
  ['answers with what JSON does not know', engineOf(Vague), 'plain-data', /^a node threw: .*must be plain data/],
  [
    'leaves a read unanswered',
    engineOf(Speechless),
    'answers',
    /^n1 did not answer a get with the read mode versions in 30 s$/,
  ],
  ['answers twice', engineOf(Repeating), 'answers', /^a node threw: .*answered twice/],
  ['leaves a command unanswered', engineOf(Disobedient), 'answers', /^n1 did not answer the command drain in 30 s$/],
  [
    'sends five copies of each write',
    engineOf(Overflowing),
    'bounded-work',
    /^n1 sent \d+ messages in one turn, more than 2048$/,
  ],
  [
    'drops what is too much',
    engineOf(Overwhelmed),
    'bounded-work',
    /^of 10000 requests that came at once, n1 had not answered \d+ after 60 s$/,
  ],
  [
    'chats for ever',
    engineOf(Chatty),
    'idle',
    /^n1 sends \d+(\.\d+)? messages a second while nobody asks anything, more than 200$/,
  ],
  [
    'logs for ever',
    engineOf(Scribbling),
    'idle',
    /^the log of n1 grows by [\d.]+ entries a second while nobody asks anything$/,
  ],
  [
    'keeps no log',
    engineOf(Forgetful),
    'recovery',
    /^n1 acknowledged key-\d+ at [\d.]+ ms, and no node has it after a restart$/,
  ],
  [
    'never serves again',
    engineOf(Sulking),
    'recovery',
    /^no write was acknowledged in the minute after all nodes were restarted$/,
  ],
  [
    'answers before its disk has the write',
    engineOf(Hasty),
    'power-loss',
    /^n1 acknowledged key-\d+ at [\d.]+ ms, and it was lost when the power failed$/,
  ],
  [
    'claims to bear the loss of a node',
    engineOf(Holder, { acknowledged: { ...sound, lostNodes: 1 } }),
    'lost-nodes',
    /^n1 acknowledged key-\d+ at [\d.]+ ms, and it was lost with the node of n1$/,
  ],
  [
    'claims to bear the loss of a disk',
    engineOf(Holder, { acknowledged: { ...sound, lostDisks: 1 } }),
    'lost-disks',
    /^n1 acknowledged key-\d+ at [\d.]+ ms, and it was lost with the disk of n1$/,
  ],
  [
    'refuses what it does',
    engineOf(Denying),
    'definite-failures',
    /^n1 refused to write key-\d+0 for certain, and yet it is there$/,
  ],
  [
    'keeps its copies apart',
    engineOf(Separate),
    'convergence',
    /^key-\d+ is \S+ on n1 and \S+ on n\d, a minute after all was healed$/,
  ],
  [
    'serves no more after a fault',
    engineOf(Sulking),
    'claims-under-faults',
    /^seed \d: \d+ ms after everything was healed/,
  ],
];
