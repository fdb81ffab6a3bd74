// The classes of a dataset as a dual encoder answers with them.
import type { DatasetColumns } from '#store/dataset-columns.ts'
import type { ModelClasses } from './label-space.ts'

/** In an order of their own, so that a dataset whose classes are the same ones has the same label space. None without a class field. */
export function datasetClasses(columns: DatasetColumns): ModelClasses {
  const field = columns.classField()
  const labels = field === null ? null : columns.column({ kind: 'field', name: field.name })
  return { classes: labels?.kind === 'codes' ? labels.dictionary.values.toSorted() : [], labelSpace: 'own' }
}
