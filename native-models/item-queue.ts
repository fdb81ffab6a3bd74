// What is to be predicted, taken from its source as it is needed. What was handed out without an answer can be put back.
import type { PredictItem } from './predictor.ts'

export class ItemQueue {
  readonly #source: AsyncIterator<PredictItem>
  #returned: PredictItem[] = []
  #isExhausted = false

  constructor(source: AsyncIterable<PredictItem>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  /** Fewer than `count` only where nothing is left. */
  async take(count: number): Promise<PredictItem[]> {
    const items = this.#returned.splice(0, count)
    while (items.length < count && !this.#isExhausted) {
      const next = await this.#source.next()
      if (next.done === true) this.#isExhausted = true
      else items.push(next.value)
    }
    return items
  }

  /** They come next, in this order. */
  putBack(items: readonly PredictItem[]): void {
    this.#returned = [...items, ...this.#returned]
  }

  async close(): Promise<void> {
    await this.#source.return?.()
  }
}
