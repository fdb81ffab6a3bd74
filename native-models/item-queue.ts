// What is to be predicted, taken from its source as it is needed. What was handed out without an answer can be put back.
import type { PredictItem } from './predictor.ts'

export class ItemQueue {
  #sources: AsyncIterator<PredictItem>[]
  #returned: PredictItem[] = []

  constructor(source: AsyncIterable<PredictItem>) {
    this.#sources = [source[Symbol.asyncIterator]()]
  }

  /** Fewer than `count` only where nothing is left. */
  async take(count: number): Promise<PredictItem[]> {
    const items = this.#returned.splice(0, count)
    for (let source = this.#sources[0]; items.length < count && source !== undefined; source = this.#sources[0]) {
      const next = await source.next()
      if (next.done === true) this.#sources.shift()
      else items.push(next.value)
    }
    return items
  }

  /** They come next, in this order. */
  putBack(items: readonly PredictItem[]): void {
    this.#returned = [...items, ...this.#returned]
  }

  /** They come last. */
  append(source: AsyncIterable<PredictItem>): void {
    this.#sources.push(source[Symbol.asyncIterator]())
  }

  async close(): Promise<void> {
    for (const source of this.#sources) await source.return?.()
  }
}
