/** A digest of what happens in a simulation: two runs with the same digest are the same run. */
import type { Answer } from '../cluster.ts';

export class TraceHash {
  #hash = 0x811c9dc5;
  readonly #types = new Map<string, number>();

  get text(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  add(what: number, where: number, atUs: number): void {
    let hash = Math.imul(this.#hash ^ what, 0x01000193);
    hash = Math.imul(hash ^ where, 0x01000193);
    hash = Math.imul(hash ^ (atUs | 0), 0x01000193);
    this.#hash = hash ^ (hash >>> 15);
  }

  addMessages(from: number, to: number, messages: readonly { readonly type: string }[], atUs: number): void {
    for (const { type } of messages) {
      let code = this.#types.get(type);
      if (code === undefined) {
        code = textHash(type);
        this.#types.set(type, code);
      }
      this.add(code, from * 4096 + to, atUs);
    }
  }

  addAnswer(node: number, ticket: number, answer: Answer, atUs: number): void {
    const what = answer.outcome === 'ok' ? (answer.result.value ?? '') : answer.reason;
    this.add(textHash(what) + answer.outcome.length, node, atUs);
    this.add(ticket | 0, node, atUs);
  }
}

/** FNV-1a over the text's UTF-16 units; of long texts the beginning, which tells values apart. */
function textHash(text: string): number {
  let hash = 0x811c9dc5;
  const end = Math.min(text.length, 64);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash ^ text.length;
}
