// What the dialog of joined files says. Pure.
import type { JoinBy, Sidecar } from '#contract/sidecars.ts'
import { formatCount } from '#core/format/numbers.ts'

const keyNames: Readonly<Record<JoinBy['key'], string>> = {
  path: 'the whole path',
  basename: 'the file name',
  stem: 'the file name without extension',
  id: 'the sample’s id',
  'last-part': 'what follows the last “_”',
}

export const kindNames: Readonly<Record<Sidecar['kind'], string>> = {
  fields: 'A table of values',
  'accepted-labels': 'Accepted labels',
  predictions: 'A model’s predictions',
  mistakes: 'Reviewed mistakes',
}

/** The value of a join in a list of choices. */
export function joinValue({ column, key }: JoinBy): string {
  return `${key} ${column}`
}

/** "image by the file name: 48,868 of 48,880 rows, 12 ambiguous" */
export function describeJoin(join: Sidecar['joins'][number]): string {
  const { column, key, matched, unmatched, ambiguous } = join
  const doubtful = ambiguous === 0 ? '' : `, ${formatCount(ambiguous)} ambiguous`
  return `${column} by ${keyNames[key]}: ${formatCount(matched)} of ${formatCount(matched + unmatched)} rows${doubtful}`
}

/** "0.5, rain" of a column's first values. */
export function describeExamples(examples: Sidecar['columns'][number]['examples']): string {
  return examples.map(String).join(', ')
}

/** A name to propose for the model whose predictions the file holds. */
export function proposeModel(fileName: string): string {
  return fileName.replace(/\.[^.]+$/, '').replace(/[-_.]?predictions?$/i, '') || fileName
}
