// Counts a dataset's images by field values, class and the models' verdicts: the cells of a cube.
import { rightCode } from '#core/columns/column.ts'
import { CellGrouper, maxCells } from '#core/cube/group-cells.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import type { FieldKind, FieldValue } from '#core/sample.ts'
import { columnOfField, correctPrefix, type CubeTerms } from '#formats/cube/cube-terms.ts'
import type { CubeContent } from '#formats/cube/write-cube.ts'
import type { DatasetMeta } from '#store/dataset-tables.ts'
import type { RunRecord } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { letOthersRun } from '#formats/let-others-run.ts'

const rowsTogether = 1 << 20

/** A field as it is counted: its values as codes over the rows. */
export interface CountedField {
  readonly name: string
  readonly kind: Exclude<FieldKind, 'text'>
  readonly role: 'nuisance' | 'plain'
  readonly codes: ArrayLike<number>
  readonly valueOf: (code: number) => FieldValue
}

export interface CountedRun {
  readonly run: RunRecord
  /** How many classes it could answer; null where that is not known. */
  readonly answers: number | null
}

export interface CellRequest {
  readonly filter: FilterExpr
  readonly fields: readonly CountedField[]
  /** The class; missing ones are a value of their own. */
  readonly classes: {
    readonly name: string
    readonly codes: ArrayLike<number>
    readonly nameOf: (code: number) => string
  }
  readonly runs: readonly CountedRun[]
}

/**
 * The cells under the filter, with values and verdicts as they are now: what changes later is not in them. Of data that changes while
 * it counts they are nothing (see `readUnchanged`). Throws `too_large` for too many of them, `empty_source` for none.
 */
export async function countCells(
  dataset: DatasetHandle,
  { filter, fields, classes, runs }: CellRequest,
  signal: AbortSignal,
): Promise<CubeContent & { readonly images: number }> {
  const verdicts = runs.map(({ run }) => dataset.columns.correct(run.model))
  const { weights } = dataset.columns
  const rows = dataset.filterRows(filter)
  const columns = [...fields.map(({ codes }) => codes), classes.codes, ...verdicts]
  const grouper = new CellGrouper(columns)
  let images = 0
  for (let from = 0; from < rows.length; from += rowsTogether) {
    const end = Math.min(rows.length, from + rowsTogether)
    for (let index = from; index < end; index++) {
      const row = rows[index]!
      const count = weights === null ? 1 : weights[row]!
      grouper.add(row, count)
      images += count
    }
    if (grouper.size > maxCells) throw tooManyCells()
    await letOthersRun(signal)
  }
  if (images === 0) {
    throw new FoibleError('empty_source', 'There is nothing under this filter to count; widen it.', {
      dataset: dataset.id,
    })
  }
  const { counts, size } = grouper
  const terms = describeTerms(dataset.meta, filter, fields, classes.name, runs)
  const codes: Uint32Array[] = []
  for (const column of columns) {
    codes.push(gatherCodes(column, grouper.rows))
    await letOthersRun(signal)
  }
  const verdictOf = (code: number) => (code === 0 ? null : code === rightCode)
  return {
    terms,
    images,
    cells: size,
    valueOf: (cell, field) => fields[field]!.valueOf(codes[field]![cell]!),
    labelOf: (cell) => {
      const code = codes[fields.length]![cell]!
      return code === 0 ? null : classes.nameOf(code)
    },
    verdictOf: (cell, model) => verdictOf(codes[fields.length + 1 + model]![cell]!),
    countOf: (cell) => counts[cell]!,
  }
}

function gatherCodes(column: ArrayLike<number>, rows: Uint32Array): Uint32Array {
  const codes = new Uint32Array(rows.length)
  for (let i = 0; i < rows.length; i++) codes[i] = column[rows[i]!]!
  return codes
}

function describeTerms(
  meta: DatasetMeta,
  filter: FilterExpr,
  fields: readonly CountedField[],
  className: string,
  runs: readonly CountedRun[],
): CubeTerms {
  const taken = new Set<string>()
  const where = formatFilter(filter)
  return {
    class: className,
    fields: fields.map(({ name, kind, role }) => {
      const column = columnOfField(name, taken)
      taken.add(column)
      return { name, column, kind, role }
    }),
    models: runs.map(({ run, answers }) => ({
      name: run.model,
      column: `${correctPrefix}${run.model}`,
      protocol: run.protocol,
      sha256: run.modelSha256,
      preprocessing: run.preprocessing,
      answers,
      state: run.state === 'done' ? 'done' : 'partial',
    })),
    source: meta.cube?.source ?? (meta.source.kind === 'hub' ? `${meta.source.repo} at ${meta.source.sha}` : meta.name),
    filter: joinFilters(meta.cube?.filter ?? null, where === '' ? null : where),
  }
}

/** A cube of a part of a cube is under both. */
function joinFilters(before: string | null, now: string | null): string | null {
  return before === null || now === null ? (before ?? now) : `(${before}) and (${now})`
}

function tooManyCells(): FoibleError {
  const limit = maxCells.toLocaleString('en-US')
  const message = `These fields make more than ${limit} cells, the most that a cube may have; leave out the one with the most values, or cut it into bins.`
  return new FoibleError('too_large', message, { limit: maxCells })
}
