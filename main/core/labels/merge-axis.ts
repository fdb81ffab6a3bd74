// The axis of a confusion matrix: the dataset's classes, then whatever else the model answered.
import type { ClassMapping } from './map-classes.ts'

export interface AxisEntry {
  readonly name: string
  /** The model's class ids that are this entry. */
  readonly ids: readonly number[]
  readonly ofDataset: boolean
}

export interface MergedAxis {
  readonly entries: readonly AxisEntry[]
  /** Axis position plus one by class code of the run (index 0, no prediction, is 0). */
  readonly codeToAxis: Uint32Array
}

/**
 * An answer is shown as the dataset's class that accepts it, if exactly one does; else under the model's own name.
 * Model classes of one name share an entry. `answers` are the run's classes in the order of their codes.
 */
export function mergeAxis(
  classes: readonly ClassMapping[],
  answers: readonly { readonly name: string; readonly id: number | null }[],
): MergedAxis {
  const acceptedBy = new Map<number, number[]>()
  classes.forEach((entry, at) => {
    for (const id of entry.ids) acceptedBy.set(id, [...(acceptedBy.get(id) ?? []), at])
  })
  const entries: { name: string; ids: number[]; ofDataset: boolean }[] = classes.map(({ name }) => ({
    name,
    ids: [],
    ofDataset: true,
  }))
  const positions = new Map(entries.map((entry, at) => [entry.name, at]))
  const codeToAxis = new Uint32Array(answers.length + 1)
  answers.forEach(({ name, id }, index) => {
    const owners = acceptedBy.get(id ?? index) ?? []
    const known = owners.length === 1 ? owners[0] : positions.get(name)
    const at = known ?? entries.length
    if (known === undefined) {
      entries.push({ name, ids: [], ofDataset: false })
      positions.set(name, at)
    }
    if (id !== null) entries[at]!.ids.push(id)
    codeToAxis[index + 1] = at + 1
  })
  return { entries, codeToAxis }
}
