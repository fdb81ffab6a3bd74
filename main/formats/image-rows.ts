// Samples gathered in memory, one row an image, by formats that say everything in one file; and their batches.
import { throwIfCancelled } from '#core/errors.ts'
import type { FieldValue } from '#core/sample.ts'
import { ownValue, toFieldValue } from './column-values.ts'
import type { FieldSpec, ReadOptions, SampleBatch } from './dataset-reader.ts'
import { roleOfName } from './field-roles.ts'
import type { FindingLog } from './finding-log.ts'
import { describeMedia, type IndexedImage } from './indexed-image.ts'
import { letOthersRun } from './let-others-run.ts'

const batchSize = 8192

export interface ImageRow {
  readonly image: IndexedImage
  readonly label: string | null
  readonly split: string | null
  readonly fields: Readonly<Record<string, unknown>>
}

export class ImageRows {
  readonly #rows: ImageRow[] = []
  readonly #names = new Set<string>()
  readonly #findings: FindingLog

  constructor(findings: FindingLog) {
    this.#findings = findings
  }

  get count(): number {
    return this.#rows.length
  }

  has(path: string): boolean {
    return this.#names.has(path)
  }

  /** Leaves out an image that has a row already, with a finding. */
  add(row: ImageRow): void {
    if (this.#names.has(row.image.path)) {
      this.#findings.add('duplicate_row', row.image.path)
      return
    }
    this.#names.add(row.image.path)
    this.#rows.push(row)
  }

  /** The fields that any row has a value of, in the order in which they come up. */
  fieldSpecs(): readonly FieldSpec[] {
    const names = new Set<string>()
    for (const { fields } of this.#rows) {
      for (const name in fields) if (fields[name] !== null && fields[name] !== undefined) names.add(name)
    }
    return [...names].map((name) => ({ name, kind: null, role: roleOfName(name) }))
  }

  async *batches({ split, maxSamples, signal }: ReadOptions): AsyncGenerator<SampleBatch> {
    const names = this.fieldSpecs().map(({ name }) => name)
    const inSplit = split === null ? this.#rows : this.#rows.filter((row) => row.split === split)
    const chosen = maxSamples === null ? inSplit : inSplit.slice(0, maxSamples)
    const hasSplits = chosen.some((row) => row.split !== null)
    for (let start = 0; start < chosen.length; start += batchSize) {
      throwIfCancelled(signal)
      const rows = chosen.slice(start, start + batchSize)
      yield {
        count: rows.length,
        fileNames: rows.map(({ image }) => image.path),
        ...describeMedia(rows.map(({ image }) => image)),
        splits: hasSplits ? rows.map((row) => row.split) : null,
        labels: rows.map(({ label }) => label),
        acceptedIds: null,
        fields: new Map(
          names.map((name) => [name, rows.map(({ fields }) => this.#value(name, ownValue(fields, name)))]),
        ),
        tags: null,
        predictions: new Map(),
      }
      await letOthersRun()
    }
  }

  #value(name: string, cell: unknown): FieldValue {
    const value = toFieldValue(cell)
    if (value === undefined) this.#findings.add('unknown_type', name)
    return value ?? null
  }
}
