// The data under a rule as it is now: which samples match, and the state of everything that the rule looks at.
import { createHash } from 'node:crypto'
import { countAllCodes, countRows } from '#core/columns/counts.ts'
import { evaluateFilter } from '#core/columns/evaluate.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import type { DataPart, DataVersion } from '#core/views/data-version.ts'
import { filterSources } from '#core/views/filter-sources.ts'
import { listViews } from '#store/dataset-tables.ts'
import { requireColumn } from '#store/packed-column.ts'
import type { AnalysedDataset } from '../analysis/analysed-dataset.ts'

/**
 * All runs are parts, for they are what figures rest on; of the rest what the rule names. Throws `unknown_name` for what is
 * gone, and `usage` for a rule that is to be the view `name` and holds it.
 */
export function readDataVersion(dataset: AnalysedDataset, filter: FilterExpr, name: string): DataVersion {
  const bits = evaluateFilter(filter, dataset.columns, [name])
  const { source, cube } = dataset.meta
  return {
    matched: countRows(bits, dataset.columns.weights),
    samples: cube?.images ?? dataset.rowCount,
    ...(cube === undefined ? {} : { areImages: true }),
    set: digest(`${dataset.rowCount}`, new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength)),
    revision: source.kind === 'hub' ? source.sha : null,
    rowsVersion: dataset.meta.rowsVersion ?? 0,
    parts: readParts(dataset, filter),
  }
}

/** One short name for a state of the data: the same for the same. */
export function nameDataVersion(version: DataVersion): string {
  return digest(JSON.stringify(version))
}

function readParts(dataset: AnalysedDataset, filter: FilterExpr): DataPart[] {
  const { columns, db } = dataset
  const filters = new Map(listViews(db).map((view) => [view.name, view.filter as FilterExpr]))
  const uses = filterSources(
    filter,
    (view) => filters.get(view) ?? null,
    (model) => columns.otherModels(model),
  )
  const fields = columns.fields.filter(({ name }) => uses.fields.includes(name))
  const columnVersion = (id: number | null) => (id === null ? '' : `${id}.${requireColumn(db, id).version}`)
  return [
    ...columns.runs.map((run) => runPart(dataset, run)),
    ...fields.map((field): DataPart => {
      const ids = [field.columnId, field.sourceColumnId, field.scoreColumnId, field.marginColumnId]
      return { kind: 'field', name: field.name, version: ids.map(columnVersion).join(' ') }
    }),
    ...uses.tags.map((tag): DataPart => ({ kind: 'tag', name: tag, version: digestBits(columns.tag(tag)) })),
    ...uses.findings.map((rule): DataPart => ({
      kind: 'finding',
      name: rule,
      version: digestBits(columns.finding(rule)),
    })),
    ...uses.views.map((view): DataPart => ({ kind: 'view', name: view, version: formatFilter(filters.get(view)!) })),
  ]
}

function runPart(dataset: AnalysedDataset, { id, model }: { readonly id: number; readonly model: string }): DataPart {
  return dataset.remember(`run part ${id}`, () => {
    const { predicted, correct } = dataset.columns.runColumns(model)
    const { codes, dictionary } = predicted
    const answered = codes.length - countAllCodes(codes, dictionary.values.length)[0]!
    return { kind: 'run', name: model, version: [id, answered, ...countAllCodes(correct, 2)].join(' '), answered }
  })
}

function digestBits(bits: Uint32Array): string {
  return digest(new Uint8Array(bits.buffer, bits.byteOffset, bits.byteLength))
}

function digest(...contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const content of contents) hash.update(content)
  return hash.digest('hex').slice(0, 12)
}
