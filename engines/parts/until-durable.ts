/** What waits until the log is durable up to a position, in the order of these positions. */
export class UntilDurable<Item> {
  readonly #waiting: { readonly position: number; readonly item: Item }[] = [];

  /** No position may be before one that was given earlier. */
  push(position: number, item: Item): void {
    this.#waiting.push({ position, item });
  }

  /** Takes out what need not wait any longer. */
  take(position: number): Item[] {
    let done = 0;
    while (done < this.#waiting.length && this.#waiting[done]!.position <= position) done++;
    return this.#waiting.splice(0, done).map(({ item }) => item);
  }
}
