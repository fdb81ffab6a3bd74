// Gathers the values of a joined file's columns by sample, and decides at the end what kind of field each is.
import type { FieldValue } from '#core/sample.ts'
import { parseIds, parseTextColumn, toFieldValue } from '#formats/column-values.ts'
import type { FindingLog } from '#formats/finding-log.ts'
import type { SidecarFile } from '#formats/sidecars/open-sidecar.ts'
import type { JoinBy } from '#formats/sidecars/rank-joins.ts'
import type { SampleIndex } from '#formats/sidecars/sample-index.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { FieldAccumulator, type FinishedField } from '../imports/field-accumulator.ts'
import type { RowCounts } from './row-counts.ts'

export interface JoinedValues {
  /** By column; columns without a value for any sample are left out. */
  readonly fields: ReadonlyMap<string, FinishedField>
  /** Accepted ids by row, where the file has them; an empty list: no label fits. */
  readonly accepted: ReadonlyMap<number, readonly number[]>
}

/** Beyond it a column is free text, whose values are not repeated. */
const maxSharedTexts = 65_536

export interface ReadFieldsOptions {
  readonly file: SidecarFile
  readonly index: SampleIndex
  readonly join: JoinBy
  /** Those that become fields. */
  readonly columns: readonly string[]
  /** Samples of the dataset. */
  readonly samples: number
  readonly counts: RowCounts
  readonly findings: FindingLog
  readonly context: JobContext
}

/** Of several rows for one sample the last one counts. */
export async function readFields(options: ReadFieldsOptions): Promise<JoinedValues> {
  const { file, index, join, columns, samples, counts, findings, context } = options
  const gathered = new Map(columns.map((name) => [name, new ColumnGatherer(samples)]))
  const accepted = new Map<number, readonly number[]>()
  const wanted = [join.column, ...columns, ...(file.acceptedColumn === null ? [] : [file.acceptedColumn])]
  let rows = 0
  for await (const table of file.rows(findings, context.signal, wanted)) {
    const found = findRows(table.columns.get(join.column) ?? [], table.rowCount, index, join, counts)
    for (const [name, gatherer] of gathered) {
      const cells = table.columns.get(name) ?? []
      found.forEach((row, at) => {
        if (row >= 0 && !gatherer.set(row, cells[at])) findings.add('unknown_type', name)
      })
    }
    const sets = table.columns.get(file.acceptedColumn ?? '') ?? []
    found.forEach((row, at) => {
      const cell = sets[at]
      if (row >= 0 && cell !== null && cell !== undefined) accepted.set(row, parseIds(cell) ?? [])
    })
    rows += table.rowCount
    context.progress({ done: rows, total: null, message: `Reading ${file.name}` })
  }
  const fields = [...gathered].filter(([, gatherer]) => gatherer.hasValues)
  return { fields: new Map(fields.map(([name, gatherer]) => [name, gatherer.finish(file.isText)])), accepted }
}

/** A column's values by sample; equal texts are held once. */
class ColumnGatherer {
  hasValues = false
  readonly #values: FieldValue[]
  readonly #texts = new Map<string, string>()

  constructor(samples: number) {
    this.#values = new Array<FieldValue>(samples).fill(null)
  }

  /** false for what is no value of a field: a list, an object, bytes. */
  set(row: number, cell: unknown): boolean {
    const value = toFieldValue(cell)
    if (value === undefined) return false
    this.#values[row] = typeof value === 'string' ? this.#shared(value) : value
    this.hasValues ||= value !== null && value !== ''
    return true
  }

  /** `isText`: the type is found out from all values together. */
  finish(isText: boolean): FinishedField {
    const values = isText
      ? parseTextColumn(this.#values.map((value) => (value === null ? null : String(value))))
      : this.#values
    const accumulator = new FieldAccumulator(null)
    accumulator.setAll(0, values, values.length)
    return accumulator.finish(values.length)
  }

  #shared(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    if (this.#texts.size < maxSharedTexts) this.#texts.set(text, text)
    return text
  }
}

/** The sample's row of each row of the file; negative where there is none. */
function findRows(
  cells: readonly unknown[],
  count: number,
  index: SampleIndex,
  join: JoinBy,
  counts: RowCounts,
): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => {
    const row = index.find(cells[at], join.key)
    return counts.add(row, cells[at]) ? row : -1
  })
}
