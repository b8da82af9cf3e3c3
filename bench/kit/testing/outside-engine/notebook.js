/** An engine from outside of the project, in plain JavaScript: the first node writes everything down. */
class Notebook {
  constructor(host) {
    this.host = host;
    this.writer = host.members[0].id;
    for (const write of host.log.recovered) host.store.apply(write);
  }

  onRequest(request) {
    if (this.host.self !== this.writer) {
      return this.host.fail(request, { effect: 'none', reason: 'not-leader', leader: this.writer }, 'now');
    }
    if (request.operation.kind !== 'get') this.host.log.append(request.operation);
    this.host.reply(request, this.host.store.apply(request.operation));
  }

  onMessage() {}
  onTimer() {}

  holds() {
    return this.host.self === this.writer;
  }

  status() {
    return { role: 'notebook' };
  }
}

export default {
  name: 'notebook',
  presets: { default: {} },
  claims: () => ({
    reads: { default: 'linearizable', local: 'linearizable' },
    sessions: [],
    acknowledged: { lostNodes: 0, lostDisks: 0, powerLoss: true },
    exactlyOnce: false,
    converges: true,
    needs: 'all',
    assumes: { driftPpm: 0, skewMs: 0 },
  }),
  create: (host) => new Notebook(host),
};
