// Results by two whole numbers, for cells that share their few small counts.

export class PairMemo<T> {
  readonly #known = new Map<number, T>()
  readonly #span: number

  /** `span` is above every second number; the product of the greatest numbers is below 2 ** 53. */
  constructor(span: number) {
    this.#span = span
  }

  get(first: number, second: number, compute: () => T): T {
    const key = first * this.#span + second
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const computed = compute()
    this.#known.set(key, computed)
    return computed
  }
}
