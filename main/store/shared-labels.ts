// The labels of several models in one numbering.
import { type Codes, createCodes } from '#core/columns/column.ts'
import type { DatasetColumns } from './dataset-columns.ts'

export interface SharedLabels {
  /** One a model: a code per row that means the same label in all of them; 0 = none. */
  readonly labels: readonly Codes[]
  /** That of code c at c - 1. */
  readonly names: readonly string[]
}

/**
 * Two answers are the same label if the names are, and the ids too where all of them are ImageNet's; elsewhere ids are positions in a
 * model's own list.
 */
export function sharedLabelSpace(
  columns: Pick<DatasetColumns, 'rowCount' | 'run' | 'runColumns'>,
  models: readonly string[],
): SharedLabels {
  const runs = models.map((model) => columns.runColumns(model).predicted)
  const byId =
    models.every((model) => columns.run(model).labelSpace === 'imagenet-1k') &&
    runs.every((run) => run.dictionary.ids !== null)
  const shared = new Map<string, number>()
  const names: string[] = []
  const tables = runs.map(({ dictionary }) =>
    dictionary.values.map((name, index) => {
      const key = byId ? `${dictionary.ids![index]} ${name}` : name
      const known = shared.get(key)
      if (known !== undefined) return known
      shared.set(key, names.push(name))
      return names.length
    }),
  )
  const labels = runs.map(({ codes }, index) => {
    const table = Uint32Array.from([0, ...tables[index]!])
    const column = createCodes(columns.rowCount, names.length)
    for (let row = 0; row < column.length; row++) column[row] = table[codes[row]!]!
    return column
  })
  return { labels, names }
}
