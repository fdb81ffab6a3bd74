// Which of a model's classes are right answers for a dataset's class, by ids or by name.

export interface DatasetClass {
  readonly name: string
  /** ImageNet-1k ids that the dataset itself accepts, where it says so. */
  readonly acceptedIds?: readonly number[]
}

export interface ModelLabels {
  /** Labels by class id, as in id2label: synonyms separated by commas. */
  readonly labels: readonly string[]
  readonly labelSpace: 'imagenet-1k' | 'other'
}

/** By what a class was found: the first that holds. `none`: the model does not know the class. */
export type MappedBy = 'accepted-ids' | 'exact' | 'synonym' | 'normalised' | 'none'

export interface MappedClass {
  /** Ids of the model's classes that are right, ascending. */
  readonly ids: readonly number[]
  readonly how: MappedBy
  /** One name that means several of the model's classes ("crane"): all of them are accepted, and somebody should look. */
  readonly ambiguous: boolean
}

export interface ClassMapping {
  /** In the order of the dataset's classes. */
  readonly classes: readonly MappedClass[]
  /** Names of the classes that the model does not know. */
  readonly unmapped: readonly string[]
}

/** Finds each of the dataset's classes among the model's. */
export function mapClasses(classes: readonly DatasetClass[], model: ModelLabels): ClassMapping {
  // From strict to loose; whole labels go before first names, and these before other synonyms.
  const exact = [indexBy(model.labels, (label) => [label])]
  const synonyms = [indexBy(model.labels, (label) => [displayName(label)]), indexBy(model.labels, synonymsOf)]
  const normalised = [
    indexBy(model.labels, (label) => [normaliseName(label)]),
    indexBy(model.labels, (label) => [normaliseName(displayName(label))]),
    indexBy(model.labels, (label) => synonymsOf(label).map(normaliseName)),
  ]
  const mapped = classes.map(({ name, acceptedIds }): MappedClass => {
    if (model.labelSpace === 'imagenet-1k' && acceptedIds !== undefined && acceptedIds.length > 0) {
      return { ids: [...new Set(acceptedIds)].sort((a, b) => a - b), how: 'accepted-ids', ambiguous: false }
    }
    return (
      find(exact, [name], 'exact') ??
      find(synonyms, [name], 'synonym') ??
      find(normalised, [normaliseName(name), normaliseName(displayName(name))], 'normalised') ?? {
        ids: [],
        how: 'none',
        ambiguous: false,
      }
    )
  })
  return {
    classes: mapped,
    unmapped: classes.filter((_, index) => mapped[index]?.how === 'none').map(({ name }) => name),
  }
}

/** The name of a class on screen: the first of its synonyms. */
export function displayName(label: string): string {
  return synonymsOf(label)[0] ?? label
}

function synonymsOf(label: string): string[] {
  return label
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** Letter case, width variants, and `_`, `-` or space between words make no difference. */
function normaliseName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
}

type NameIndex = ReadonlyMap<string, readonly number[]>

function indexBy(labels: readonly string[], namesOf: (label: string) => readonly string[]): NameIndex {
  const index = new Map<string, number[]>()
  labels.forEach((label, id) => {
    for (const name of new Set(namesOf(label))) index.set(name, [...(index.get(name) ?? []), id])
  })
  return index
}

function find(indexes: readonly NameIndex[], names: readonly string[], how: MappedBy): MappedClass | null {
  for (const name of names) {
    for (const index of indexes) {
      const ids = index.get(name)
      if (ids !== undefined) return { ids, how, ambiguous: ids.length > 1 }
    }
  }
  return null
}
