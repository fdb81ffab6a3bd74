// Which of a model's class ids are right answers for each sample of a dataset.
import { type DatasetClass, type MappedClass, mapClasses } from '#core/labels/map-classes.ts'
import type { DatasetColumns } from '#store/dataset-columns.ts'

export interface LabelSpace {
  readonly classes: readonly string[]
  readonly labelSpace: 'imagenet-1k' | 'own'
}

export interface Truth {
  /** Accepted ids of the sample in `row`; null where nothing is known to be right. */
  readonly acceptedIds: (row: number) => readonly number[] | null
  /** The dataset's classes that the model cannot answer. */
  readonly unmapped: readonly string[]
  /** By class of the dataset, in the dictionary's order. */
  readonly mapping: readonly MappedClass[]
}

/** Accepted ImageNet ids of a sample stand as they are for ImageNet models; else its class is found among the model's. */
export function findTruth(columns: DatasetColumns, model: LabelSpace): Truth {
  const accepted = columns.acceptedSets()
  const field = columns.classField()
  const labels = field === null ? null : columns.column({ kind: 'field', name: field.name })
  const labelCodes = labels?.kind === 'codes' ? labels : null
  const idsOfClass = new Map<number, Set<number>>()
  if (accepted !== null && labelCodes !== null) {
    for (let row = 0; row < columns.rowCount; row++) {
      const label = labelCodes.codes[row]!
      const set = accepted.sets[accepted.codes[row]! - 1]
      if (label === 0 || set === undefined) continue
      const ids = idsOfClass.get(label) ?? new Set()
      idsOfClass.set(label, ids)
      for (const id of set) ids.add(id)
    }
  }
  const classes = (labelCodes?.dictionary.values ?? []).map((name, index): DatasetClass => {
    const ids = idsOfClass.get(index + 1)
    return ids === undefined ? { name } : { name, acceptedIds: [...ids] }
  })
  const { classes: mapping, unmapped } = mapClasses(classes, {
    labels: model.classes,
    labelSpace: model.labelSpace === 'own' ? 'other' : model.labelSpace,
  })
  const useOwn = accepted !== null && model.labelSpace === 'imagenet-1k'
  return {
    unmapped,
    mapping,
    acceptedIds(row) {
      const own = useOwn ? accepted.sets[accepted.codes[row]! - 1] : undefined
      if (own !== undefined) return own
      const ids = labelCodes === null ? undefined : mapping[labelCodes.codes[row]! - 1]?.ids
      return ids === undefined || ids.length === 0 ? null : ids
    },
  }
}
