// Gathers one model's predictions by row in typed arrays, while a dataset or a prediction file streams in.
import type { ImportedPrediction } from '#formats/dataset-reader.ts'
import { topK } from '#store/run-arrays.ts'

export interface Answer {
  readonly answer: string | number
  /** The model's own id, where the source has it beside the name. */
  readonly id: number | null
}

/** What is known of a row beyond its best answers: NaN or 0 where it is not. */
interface Extras {
  readonly entropy: Float32Array
  readonly truthRank: Uint32Array
  readonly truthConfidence: Float32Array
}

const firstRows = 1024

export class PredictionAccumulator {
  readonly #codeOf = new Map<string | number, number>()
  readonly #answers: Answer[] = []
  /** Answers kept a row: 1 until a row has more. */
  #stride = 1
  #capacity = firstRows
  #rows = 0
  #count = 0
  #codes = new Uint32Array(firstRows)
  #probabilities = new Float32Array(firstRows)
  /** 0 = not said, 1 = wrong, 2 = right. */
  #verdicts: Uint8Array | null = null
  #extras: Extras | null = null

  /** Distinct answers by code - 1, in the order in which they came. */
  get answers(): readonly Answer[] {
    return this.#answers
  }

  /** Rows with a prediction. */
  get count(): number {
    return this.#count
  }

  /** One past the last row with a prediction. */
  get rows(): number {
    return this.#rows
  }

  /** A prediction with its answers, best first. A later one of the same row takes the place of the earlier. */
  set(row: number, { classes, probabilities, ids, correct }: ImportedPrediction): void {
    if (classes.length > 1) this.#widen()
    this.#begin(row)
    for (let k = 0; k < Math.min(classes.length, this.#stride); k++) {
      this.#put(row, k, this.#intern(classes[k]!, ids?.[k] ?? null), probabilities[k] ?? NaN)
    }
    if (typeof correct === 'boolean') {
      this.#verdicts ??= new Uint8Array(this.#capacity)
      this.#verdicts[row] = correct ? 2 : 1
    }
  }

  /** A prediction of which only the best answer is known; `probability` NaN where it is not. */
  setAnswer(row: number, answer: string | number, probability: number): void {
    this.#begin(row)
    this.#put(row, 0, this.#intern(answer, null), probability)
  }

  /** The figures that take all of a row's scores, which are not kept. `truthRank` 0 = not judged. */
  setExtras(row: number, entropy: number, truthRank: number, truthConfidence: number): void {
    this.#extras ??= {
      entropy: new Float32Array(this.#capacity).fill(NaN),
      truthRank: new Uint32Array(this.#capacity),
      truthConfidence: new Float32Array(this.#capacity).fill(NaN),
    }
    this.#extras.entropy[row] = entropy
    this.#extras.truthRank[row] = truthRank
    this.#extras.truthConfidence[row] = truthConfidence
  }

  /** The code (from 1) of the answer in place `k`; 0 = none. */
  code(row: number, k: number): number {
    return k < this.#stride && row < this.#rows ? this.#codes[row * this.#stride + k]! : 0
  }

  /** NaN = none given. */
  probability(row: number, k: number): number {
    return k < this.#stride && row < this.#rows ? this.#probabilities[row * this.#stride + k]! : NaN
  }

  /** Whether the source says that the row was judged right; null where it does not say. */
  verdict(row: number): boolean | null {
    const verdict = this.#verdicts?.[row] ?? 0
    return verdict === 0 ? null : verdict === 2
  }

  extras(
    row: number,
  ): { readonly entropy: number; readonly truthRank: number; readonly truthConfidence: number } | null {
    if (this.#extras === null || Number.isNaN(this.#extras.entropy[row])) return null
    const { entropy, truthRank, truthConfidence } = this.#extras
    return { entropy: entropy[row]!, truthRank: truthRank[row]!, truthConfidence: truthConfidence[row]! }
  }

  #begin(row: number): void {
    if (row >= this.#capacity) this.#grow(Math.max(row + 1, this.#capacity * 2))
    if (row >= this.#rows) this.#rows = row + 1
    if (this.#codes[row * this.#stride] === 0) this.#count++
    else {
      this.#codes.fill(0, row * this.#stride, (row + 1) * this.#stride)
      if (this.#verdicts !== null) this.#verdicts[row] = 0
    }
  }

  #put(row: number, k: number, code: number, probability: number): void {
    this.#codes[row * this.#stride + k] = code
    this.#probabilities[row * this.#stride + k] = probability
  }

  #intern(answer: string | number, id: number | null): number {
    const key = id === null ? answer : `${id} ${answer}`
    const known = this.#codeOf.get(key)
    if (known !== undefined) return known
    const code = this.#answers.push({ answer, id })
    this.#codeOf.set(key, code)
    return code
  }

  #widen(): void {
    if (this.#stride === topK) return
    const [codes, probabilities] = [this.#codes, this.#probabilities]
    this.#codes = new Uint32Array(this.#capacity * topK)
    this.#probabilities = new Float32Array(this.#capacity * topK)
    for (let row = 0; row < this.#rows; row++) {
      this.#codes[row * topK] = codes[row]!
      this.#probabilities[row * topK] = probabilities[row]!
    }
    this.#stride = topK
  }

  #grow(capacity: number): void {
    this.#capacity = capacity
    this.#codes = enlarge(this.#codes, new Uint32Array(capacity * this.#stride))
    this.#probabilities = enlarge(this.#probabilities, new Float32Array(capacity * this.#stride))
    if (this.#verdicts !== null) this.#verdicts = enlarge(this.#verdicts, new Uint8Array(capacity))
    if (this.#extras === null) return
    this.#extras = {
      entropy: enlarge(this.#extras.entropy, new Float32Array(capacity).fill(NaN)),
      truthRank: enlarge(this.#extras.truthRank, new Uint32Array(capacity)),
      truthConfidence: enlarge(this.#extras.truthConfidence, new Float32Array(capacity).fill(NaN)),
    }
  }
}

function enlarge<T extends Uint8Array | Uint32Array | Float32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
