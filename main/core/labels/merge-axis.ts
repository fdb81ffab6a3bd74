// One axis for truths and predictions: the dataset's classes, then what else the model may say.
import { displayName } from './map-classes.ts'

export interface MergedAxis {
  /** Names by axis code minus one: the dataset's classes in their order, then the model's other classes; all distinct. */
  readonly names: readonly string[]
  /** The axis code of each of the model's class ids, from 1. */
  readonly codeOfModelClass: Uint32Array
}

/**
 * A model's class goes to the dataset's class that accepts it, where exactly one does; else it is an entry of its own
 * under its display name. `acceptedIds`: ids by dataset class (see `mapClasses`). `used`, where given, keeps the axis
 * to the classes that were ever predicted; the others get code 0.
 */
export function mergeAxis(
  classNames: readonly string[],
  acceptedIds: readonly (readonly number[])[],
  modelLabels: readonly string[],
  used?: ReadonlySet<number>,
): MergedAxis {
  const owners = new Uint32Array(modelLabels.length)
  const claims = new Uint32Array(modelLabels.length)
  acceptedIds.forEach((ids, index) => {
    for (const id of new Set(ids)) {
      if (id >= modelLabels.length) continue
      owners[id] = index + 1
      claims[id]!++
    }
  })
  const names = [...classNames]
  const taken = new Set(names)
  const codeOfModelClass = owners.map((owner, id) => {
    if (claims[id] === 1) return owner
    if (used !== undefined && !used.has(id)) return 0
    const label = modelLabels[id] ?? ''
    const free = [displayName(label), label].find((name) => !taken.has(name)) ?? `${label} (${id})`
    taken.add(free)
    return names.push(free)
  })
  return { names, codeOfModelClass }
}
