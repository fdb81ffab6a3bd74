// Which of a model's class ids are right answers for each sample of a dataset.
import { type DatasetClass, type MappedClass, mapClasses } from '#core/labels/map-classes.ts'
import type { DatasetColumns } from '#store/dataset-columns.ts'
import { categoriesOfIds, mapToSixteen } from '#core/labels/map-sixteen.ts'
import { listLabelDecisions } from '#store/label-map-table.ts'
import type { RunRecord } from '#store/run-table.ts'
import { type LabelSpace, type ModelClasses, labelSpaceOf, labelSpaceOfRun } from '../labels/label-space.ts'

export interface Truth {
  /** Accepted ids of the sample in `row`; null where nothing is known to be right. */
  readonly acceptedIds: (row: number) => readonly number[] | null
  /** The dataset's classes that the model cannot answer. */
  readonly unmapped: readonly string[]
  /** By class of the dataset, in the dictionary's order. */
  readonly mapping: readonly MappedClass[]
  /** The dataset's classes, in the dictionary's order. */
  readonly classes: readonly { readonly name: string; readonly samples: number }[]
}

export function findTruth(columns: DatasetColumns, model: ModelClasses): Truth {
  return findTruthIn(columns, labelSpaceOf(model))
}

/** As a run is judged. Its accepted ids are those of its label space, see `idsOfAnswers`. */
export function findTruthOfRun(columns: DatasetColumns, run: RunRecord): Truth {
  return findTruthIn(columns, labelSpaceOfRun(columns, run))
}

/**
 * What somebody decided about a class goes before all else. Then accepted ImageNet ids of a sample stand as they are for
 * ImageNet models, and by their categories for the 16; else its class is found among the model's.
 */
export function findTruthIn(columns: DatasetColumns, space: LabelSpace): Truth {
  const decisions = listLabelDecisions(columns.db, space.key)
  const accepted = columns.acceptedSets()
  const field = columns.classField()
  const labels = field === null ? null : columns.column({ kind: 'field', name: field.name })
  const labelCodes = labels?.kind === 'codes' ? labels : null
  const names = labelCodes?.dictionary.values ?? []
  const samples = new Uint32Array(names.length + 1)
  const setsOfClass = new Map<number, Set<number>>()
  for (let row = 0; labelCodes !== null && row < columns.rowCount; row++) {
    const label = labelCodes.codes[row]!
    if (label === 0) continue
    samples[label]!++
    if (accepted === null) continue
    const code = accepted.codes[row]!
    if (code === 0) continue
    const sets = setsOfClass.get(label) ?? new Set()
    setsOfClass.set(label, sets.add(code))
  }
  const classes = names.map((name, index): DatasetClass => {
    // Sets that differ from image to image (multi-labels) say nothing of the class: it is found by its name then.
    const [code, ...others] = setsOfClass.get(index + 1) ?? []
    const ids = code === undefined || others.length > 0 ? [] : (accepted?.sets[code - 1] ?? [])
    return ids.length === 0 ? { name } : { name, acceptedIds: ids }
  })
  const isSixteen = space.labelSpace === '16-class'
  const { classes: mapping } = isSixteen ? mapToSixteen(classes, decisions) : mapClasses(classes, space, decisions)
  const setsOfSamples = isSixteen ? accepted?.sets.map(categoriesOfIds) : accepted?.sets
  const useOwn = setsOfSamples !== undefined && space.labelSpace !== 'other'
  const isDecided = mapping.map(({ how }) => how === 'file' || how === 'person')
  return {
    // A class of the card's list without a sample here is nobody's loss.
    unmapped: names.filter((_, index) => mapping[index]!.ids.length === 0 && samples[index + 1]! > 0),
    mapping,
    classes: names.map((name, index) => ({ name, samples: samples[index + 1]! })),
    acceptedIds(row) {
      const index = labelCodes === null ? -1 : labelCodes.codes[row]! - 1
      const own = useOwn && isDecided[index] !== true ? setsOfSamples[accepted!.codes[row]! - 1] : undefined
      // An empty set: no label fits the image.
      if (own !== undefined) return own.length === 0 ? null : own
      const ids = mapping[index]?.ids
      return ids === undefined || ids.length === 0 ? null : ids
    },
  }
}

/** Every id that is a right answer to some class: what a masked run may answer. */
export function listMappedIds(truth: Pick<Truth, 'mapping'>): number[] {
  return [...new Set(truth.mapping.flatMap(({ ids }) => ids))].sort((a, b) => a - b)
}
