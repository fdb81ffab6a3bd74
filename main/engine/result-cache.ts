// What is remembered of recent queries, within a budget of bytes: at a million samples one list of rows is four megabytes.

const budgetBytes = 128 * 2 ** 20
/** Results hold their large arrays at most this deep. */
const sizedDepth = 3
/** Of an object with its key, roughly. */
const overheadBytes = 200
const elementBytes = 16

interface Entry {
  readonly result: unknown
  readonly bytes: number
}

export class ResultCache {
  readonly #budget: number
  readonly #entries = new Map<string, Entry>()
  #bytes = 0

  constructor(budget = budgetBytes) {
    this.#budget = budget
  }

  /**
   * The result for a key, computed where it is not known; the least recently used go first. The newest is always kept.
   * @param isSound Asked once it is computed: whether it is worth keeping.
   */
  remember<T>(key: string, compute: () => T, isSound: () => boolean = () => true): T {
    const known = this.#entries.get(key)
    if (known !== undefined) {
      this.#entries.delete(key)
      this.#entries.set(key, known)
      return known.result as T
    }
    const result = compute()
    if (!isSound()) return result
    const bytes = overheadBytes + key.length + sizeOf(result, sizedDepth)
    this.#entries.set(key, { result, bytes })
    this.#bytes += bytes
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= this.#budget || oldest === key) break
      this.#entries.delete(oldest)
      this.#bytes -= entry.bytes
    }
    return result
  }

  /** The result for a key where it is known, for what takes several turns to compute. */
  recall<T>(key: string): T | undefined {
    return this.#entries.get(key)?.result as T | undefined
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
}

/** Bytes of the arrays in a result; what it shares with others is counted again. */
function sizeOf(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (ArrayBuffer.isView(value)) return value.byteLength
  if (depth === 0) return 0
  if (Array.isArray(value)) {
    const first: unknown = value[0]
    const isFlat = typeof first !== 'object' || first === null
    return (
      value.length * elementBytes + (isFlat ? 0 : value.reduce<number>((sum, item) => sum + sizeOf(item, depth - 1), 0))
    )
  }
  return Object.values(value).reduce<number>((sum, item) => sum + sizeOf(item, depth - 1), 0)
}
