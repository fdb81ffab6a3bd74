// What was forgotten of a dataset's columns, for those who hold the same arrays in other threads.

/** What is read again of a dataset since a stamp: names of fields and tags, ids of runs. */
export interface ForgottenColumns {
  readonly names: boolean
  readonly findings: boolean
  readonly fields: readonly string[]
  readonly tags: readonly string[]
  readonly runs: readonly number[]
}

export class ColumnChanges {
  /** One number in shared memory, which grows before arrays are changed in place: so long as it stands, they do. */
  readonly writes = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #stamp = 0
  #names = 0
  #findings = 0
  readonly #fields = new Map<string, number>()
  readonly #tags = new Map<string, number>()
  readonly #runs = new Map<number, number>()

  /** Grows with every change. */
  get stamp(): number {
    return this.#stamp
  }

  /** To be called before an array that others may hold is changed. */
  noteWrite(): void {
    Atomics.add(this.writes, 0, 1)
  }

  noteNames(): void {
    this.#names = ++this.#stamp
  }

  noteFindings(): void {
    this.#findings = ++this.#stamp
  }

  noteField(name: string): void {
    this.#fields.set(name, ++this.#stamp)
  }

  noteTag(name: string): void {
    this.#tags.set(name, ++this.#stamp)
  }

  noteRun(id: number): void {
    this.#runs.set(id, ++this.#stamp)
  }

  /** What changed after `stamp`. */
  since(stamp: number): ForgottenColumns {
    const newer = <K>(stamps: ReadonlyMap<K, number>) => [...stamps].flatMap(([key, at]) => (at > stamp ? [key] : []))
    return {
      names: this.#names > stamp,
      findings: this.#findings > stamp,
      fields: newer(this.#fields),
      tags: newer(this.#tags),
      runs: newer(this.#runs),
    }
  }
}
