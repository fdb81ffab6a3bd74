// Which other fields speak of the same things as an inferred one, and how often the two agree.
import { type ValueComparison, compareValues } from '#core/infer/compare-values.ts'
import { wordKey } from '#core/infer/plain-words.ts'
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { candidateCount, openInferred } from '#store/inferred-columns.ts'
import { createCodes } from '#core/columns/column.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { inferredField } from './inferred-fields.ts'

/** Fields whose values share at least this many words with the vocabulary can be compared with it. */
const fewestShared = 2

/** Other categories with values of the vocabulary, the one that has most of them first. */
export function listKnownFields(dataset: DatasetHandle, name: string): string[] {
  const words = new Set(openInferred(dataset.columns, name).words.map(wordKey))
  return dataset.columns.fields
    .filter((field) => field.name !== name && field.kind === 'category' && field.settings === null)
    .map((field) => {
      const column = dataset.columns.column({ kind: 'field', name: field.name })
      const values = column.kind === 'codes' ? column.dictionary.values : []
      return { name: field.name, shared: values.filter((value) => words.has(wordKey(value))).length }
    })
    .filter(({ shared }) => shared >= fewestShared)
    .sort((a, b) => b.shared - a.shared)
    .map((field) => field.name)
}

/** What the model said, whatever a person said later, against another field under a filter. */
export function compareWithKnown(
  dataset: DatasetHandle,
  name: string,
  known: string,
  filter: FilterExpr,
): ValueComparison {
  inferredField(dataset, name)
  const column = dataset.columns.column({ kind: 'field', name: known })
  if (column.kind !== 'codes' || known === name) {
    const message = `${known} cannot be compared with ${name}: choose another field that has values of the same kind.`
    throw new FoibleError('usage', message, { known })
  }
  const { words, margins, candidates } = openInferred(dataset.columns, name)
  const proposed = createCodes(dataset.rowCount, words.length)
  for (let row = 0; row < proposed.length; row++) proposed[row] = candidates[row * candidateCount]!
  return compareValues({
    rows: dataset.filterRows(filter),
    inferred: { codes: proposed, values: words },
    known: { codes: column.codes, values: column.dictionary.values },
    margins,
  })
}
