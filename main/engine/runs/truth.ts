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
  for (let row = 0; labelCodes !== null && row < columns.rowCount; row++) {
    const label = labelCodes.codes[row]!
    if (label === 0) continue
    const ids = idsOfClass.get(label) ?? new Set()
    idsOfClass.set(label, ids)
    for (const id of accepted?.sets[accepted.codes[row]! - 1] ?? []) ids.add(id)
  }
  const classes = (labelCodes?.dictionary.values ?? []).map((name, index): DatasetClass => {
    const ids = idsOfClass.get(index + 1)
    return ids === undefined || ids.size === 0 ? { name } : { name, acceptedIds: [...ids] }
  })
  const { classes: mapping } = mapClasses(classes, {
    labels: model.classes,
    labelSpace: model.labelSpace === 'own' ? 'other' : model.labelSpace,
  })
  const useOwn = accepted !== null && model.labelSpace === 'imagenet-1k'
  return {
    // A class of the card's list without a sample here is nobody's loss.
    unmapped: classes
      .filter((_, index) => mapping[index]!.ids.length === 0 && idsOfClass.has(index + 1))
      .map(({ name }) => name),
    mapping,
    acceptedIds(row) {
      const own = useOwn ? accepted.sets[accepted.codes[row]! - 1] : undefined
      if (own !== undefined) return own
      const ids = labelCodes === null ? undefined : mapping[labelCodes.codes[row]! - 1]?.ids
      return ids === undefined || ids.length === 0 ? null : ids
    },
  }
}
