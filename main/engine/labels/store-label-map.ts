// The label map that an import was given: decisions for ImageNet models, before anything is judged.
import type { LabelDecision } from '#core/labels/map-classes.ts'
import { resolveLabelMap } from '#core/labels/resolve-label-map.ts'
import { putFinding } from '#store/finding-table.ts'
import { putLabelDecision } from '#store/label-map-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { findTruthIn } from '../runs/truth.ts'
import { imagenetSpace } from './label-space.ts'
import { readLabelMap } from './read-label-map.ts'

const shownExamples = 20

/** Reads and checks the file, so that an import fails before it has begun. */
export async function openLabelMap(file: string): Promise<ReadonlyMap<string, LabelDecision>> {
  return resolveLabelMap(await readLabelMap(file), imagenetSpace)
}

/** Classes of the map that are not in the dataset, since it is a part of another perhaps, are noted and change nothing. */
export function storeLabelMap(dataset: DatasetHandle, decisions: ReadonlyMap<string, LabelDecision>): void {
  const known = new Set(findTruthIn(dataset.columns, imagenetSpace).classes.map(({ name }) => name))
  const others = [...decisions.keys()].filter((name) => !known.has(name))
  dataset.write(() => {
    for (const [name, decision] of decisions) {
      if (known.has(name)) putLabelDecision(dataset.db, imagenetSpace.key, name, decision)
    }
    if (others.length === 0) return
    putFinding(dataset.db, {
      rule: 'label_map_leftover',
      count: others.length,
      message: 'Classes of the label map that the dataset does not have.',
      action: 'ignored',
      examples: others.slice(0, shownExamples),
    })
  })
}
