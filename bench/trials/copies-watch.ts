/** Looks at all copies around one fault, as long as the trial lets it: at fixed instants, and more closely after the heal. */
import { documentKey, keyName } from '../history.ts';
import { Convergence, type CopiesSeen, differingShare } from '../measures/copies.ts';
import type { Cluster, Direct } from '../runtimes/cluster.ts';
import { ownKey } from '../workloads/operations.ts';
import type { Workload } from '../workloads/plan.ts';

/** How often some keys are compared. A prime: writes come at round intervals, and are to be met at every phase of them. */
const SAMPLE_MS = 251;
/** Of the workload's own keys, so many; with the documents they are what most writes meet at. */
const OWN_KEYS_MAX = 16;
/** After the heal the next look comes after this time, or so large a part of the time since: that is how exact the figure is. */
const LOOK_MIN_MS = 10;
const LOOK_SHARE = 0.02;

export class CopiesWatch implements CopiesSeen {
  readonly #cluster: Cluster;
  readonly #direct: Direct;
  readonly #keys: readonly string[];
  readonly instants: { readonly atMs: number; readonly share: number }[] = [];
  healedMs: number | undefined;
  convergedMs: number | undefined;
  #convergence: Convergence | undefined;
  #isStopped = false;

  constructor(cluster: Cluster, direct: Direct, workload: Pick<Workload, 'keyCount' | 'documents' | 'mix'>) {
    const { keyCount, documents } = workload;
    this.#cluster = cluster;
    this.#direct = direct;
    this.#keys = [
      ...Array.from({ length: documents }, (_, i) => keyName(documentKey(i))),
      ...Array.from({ length: Math.min(keyCount, OWN_KEYS_MAX) }, (_, i) => keyName(ownKey(workload, i))),
    ];
    this.#sample();
  }

  get unconvergedShare(): number | undefined {
    return this.#convergence?.openShare;
  }

  /** Something was healed just now; what was seen after an earlier heal is forgotten. */
  healed(): void {
    if (this.#isStopped) return;
    this.healedMs = this.#cluster.now();
    this.convergedMs = undefined;
    this.#convergence = new Convergence(this.#direct.copies());
    this.#look(this.#convergence, this.healedMs);
  }

  /** Nothing more is looked at. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Waits until all is equal, at most until the given time, and stops. */
  async settle(untilMs: number): Promise<void> {
    while (this.#convergence?.isOver === false && this.#cluster.now() < untilMs) {
      await this.#cluster.sleepUntil(Math.min(untilMs, this.#cluster.now() + SAMPLE_MS));
    }
    this.stop();
  }

  #sample(): void {
    if (this.#isStopped) return;
    const share = differingShare(this.#keys, this.#direct.copies());
    if (share !== undefined) this.instants.push({ atMs: this.#cluster.now(), share });
    this.#direct.after(SAMPLE_MS, () => this.#sample());
  }

  #look(convergence: Convergence, healedMs: number): void {
    if (this.#isStopped || convergence !== this.#convergence) return;
    const sinceMs = this.#cluster.now() - healedMs;
    if (convergence.look(this.#direct.copies())) this.convergedMs = sinceMs;
    else this.#direct.after(Math.max(LOOK_MIN_MS, sinceMs * LOOK_SHARE), () => this.#look(convergence, healedMs));
  }
}
