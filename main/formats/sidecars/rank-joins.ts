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

const likelyKeys: readonly JoinKey[] = ['path', 'basename']
/** Tried where the likely ones find no more than half of the first rows: each takes an index of its own. */
const otherKeys: readonly JoinKey[] = ['stem', 'last-part']
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
    this.#candidates ??= this.#start(table)
    for (const candidate of this.#candidates) this.#count(candidate, table)
    if (this.#rows === 0 && !this.#findsMost(table.rowCount)) {
      const others = listText(table).flatMap((name) => otherKeys.map((key) => this.#candidate(name, key)))
      for (const candidate of others) this.#count(candidate, table)
      this.#candidates = [...this.#candidates, ...others]
    }
    this.#rows += table.rowCount
    // Once one way finds most of the rows, what has found nothing is not worth the time.
    if (this.#findsMost(this.#rows)) {
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

  #start(table: Table): Candidate[] {
    const ids = listColumns(table).filter((name) => idNames.test(name))
    return [
      ...listText(table).flatMap((name) => likelyKeys.map((key) => this.#candidate(name, key))),
      // Last: of two ways that find the same samples, a name says more than a number.
      ...ids.map((name) => this.#candidate(name, 'id')),
    ]
  }

  #candidate(column: string, key: JoinKey): Candidate {
    return { column, key, matched: 0, ambiguous: 0, samples: 0, seen: new Uint8Array(this.#rowCount) }
  }

  #findsMost(rows: number): boolean {
    return this.#candidates?.some(({ matched }) => matched > rows / 2) === true
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

function listColumns(table: Table): readonly string[] {
  return [...table.columns.keys()].slice(0, maxColumns)
}

function listText(table: Table): readonly string[] {
  return listColumns(table).filter((name) =>
    table.columns.get(name)?.some((cell) => typeof cell === 'string' && cell !== ''),
  )
}
