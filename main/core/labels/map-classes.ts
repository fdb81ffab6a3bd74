// A dataset's classes to the classes of a model: accepted ids first, then names, from the strictest match to the loosest.

const imagenetClasses = 1000

export interface DatasetClass {
  readonly name: string
  /** Accepted ImageNet-1k ids, where the dataset names them. */
  readonly acceptedIds: readonly number[] | null
}

export interface ClassMapping {
  readonly name: string
  /** Ids of the model's classes that are right answers; empty where none was found. */
  readonly ids: readonly number[]
  readonly how: 'ids' | 'name' | 'synonym' | 'normalised' | 'none'
}

/** The first of a label's names: `cello, violoncello` -> `cello`. A comma without a blank belongs to the name. */
export function displayName(label: string): string {
  return label.split(', ')[0]!
}

/** Maps every class; `unmapped` names those that the model cannot answer. */
export function mapClasses(
  classes: readonly DatasetClass[],
  model: { readonly classes: readonly string[]; readonly labelSpace: 'imagenet-1k' | 'own' },
): { readonly mapping: readonly ClassMapping[]; readonly unmapped: readonly string[] } {
  const exact = indexLabels(model.classes, (label) => [label])
  const synonyms = indexLabels(model.classes, (label) => label.split(', '))
  const normalised = indexLabels(model.classes, (label) => [label, ...label.split(', ')].map(normaliseLabel))
  const mapping = classes.map(({ name, acceptedIds }): ClassMapping => {
    const valid = acceptedIds?.filter((id) => id >= 0 && id < imagenetClasses) ?? []
    if (model.labelSpace === 'imagenet-1k' && valid.length > 0) return { name, ids: valid, how: 'ids' }
    const byName = exact.get(name)
    if (byName !== undefined) return { name, ids: byName, how: 'name' }
    const bySynonym = synonyms.get(name)
    if (bySynonym !== undefined) return { name, ids: bySynonym, how: 'synonym' }
    const byNormalised = normalised.get(normaliseLabel(name))
    if (byNormalised !== undefined) return { name, ids: byNormalised, how: 'normalised' }
    return { name, ids: [], how: 'none' }
  })
  return { mapping, unmapped: mapping.filter((entry) => entry.ids.length === 0).map((entry) => entry.name) }
}

/** Case, compatibility forms, and the many ways to write a blank make no difference. */
function normaliseLabel(label: string): string {
  return label
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
    .trim()
}

function indexLabels(labels: readonly string[], keysOf: (label: string) => readonly string[]): Map<string, number[]> {
  const index = new Map<string, number[]>()
  labels.forEach((label, id) => {
    for (const key of new Set(keysOf(label))) {
      const ids = index.get(key)
      if (ids === undefined) index.set(key, [id])
      else ids.push(id)
    }
  })
  return index
}
