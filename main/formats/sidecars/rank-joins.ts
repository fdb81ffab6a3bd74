// Which columns of a table name the samples, found by the values: every likely column is tried in every way.
import type { Table } from '../table-batches.ts'
import { type JoinKey, noSample, type SampleIndex, severalSamples } from './sample-index.ts'

export interface JoinBy {
  readonly column: string
  readonly key: JoinKey
}

export interface JoinCount extends JoinBy {
  /** Rows that name a sample. */
  readonly matched: number
  /** Rows that name none, those without a name among them. */
  readonly unmatched: number
  /** Of these, rows whose name several samples have. */
  readonly ambiguous: number
}

interface Candidate extends JoinBy {
  matched: number
  ambiguous: number
  samples: number
  readonly seen: Uint8Array
}

const nameKeys: readonly JoinKey[] = ['path', 'basename', 'stem', 'last-part']
/** Numbers are taken for sample ids only where the column says so: a column of class ids would match, too. */
const idNames = /^(?:id|sample[_ ]?id|foible[_ ]?id)$/i
const maxColumns = 200

export class JoinRanking {
  readonly #index: SampleIndex
  readonly #rowCount: number
  #candidates: Candidate[] | null = null
  #rows = 0

  constructor(index: SampleIndex, rowCount: number) {
    this.#index = index
    this.#rowCount = rowCount
  }

  add(table: Table): void {
    this.#candidates ??= [...table.columns].slice(0, maxColumns).flatMap(([name, cells]) => this.#start(name, cells))
    for (const candidate of this.#candidates) this.#count(candidate, table)
    this.#rows += table.rowCount
    // Once one way finds most of the rows, what has found nothing is not worth the time.
    if (this.#candidates.some(({ matched }) => matched > this.#rows / 2)) {
      this.#candidates = this.#candidates.filter(({ matched, ambiguous }) => matched + ambiguous > 0)
    }
  }

  /** The ways that found a sample, the best first: most samples, then most rows, then the strictest key. */
  list(): readonly JoinCount[] {
    return (this.#candidates ?? [])
      .filter(({ matched }) => matched > 0)
      .sort((a, b) => b.samples - a.samples || b.matched - a.matched)
      .map(({ column, key, matched, ambiguous }) => ({
        column,
        key,
        matched,
        unmatched: this.#rows - matched,
        ambiguous,
      }))
  }

  #start(column: string, cells: readonly unknown[]): Candidate[] {
    const hasText = cells.some((cell) => typeof cell === 'string' && cell !== '')
    const keys: readonly JoinKey[] = [...(idNames.test(column) ? (['id'] as const) : []), ...(hasText ? nameKeys : [])]
    return keys.map((key) => ({
      column,
      key,
      matched: 0,
      ambiguous: 0,
      samples: 0,
      seen: new Uint8Array(this.#rowCount),
    }))
  }

  #count(candidate: Candidate, table: Table): void {
    const cells = table.columns.get(candidate.column) ?? []
    for (let i = 0; i < table.rowCount; i++) {
      const row = this.#index.find(cells[i], candidate.key)
      if (row === severalSamples) candidate.ambiguous++
      else if (row !== noSample) {
        candidate.matched++
        if (candidate.seen[row] === 0) candidate.samples++
        candidate.seen[row] = 1
      }
    }
  }
}
