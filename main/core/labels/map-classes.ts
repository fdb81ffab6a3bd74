// Which of a model's classes are right answers for a dataset's class: decided by somebody, by ids, or by name.
import { wnidToId } from './wnids.ts'
import { imagenet1kClasses } from '../facts/imagenet-1k.ts'

export interface DatasetClass {
  readonly name: string
  /** ImageNet-1k ids that the dataset itself accepts, where it says so. */
  readonly acceptedIds?: readonly number[]
}

export interface ModelLabels {
  /** Labels by class id, as in id2label: synonyms separated by commas. */
  readonly labels: readonly string[]
  readonly labelSpace: 'imagenet-1k' | '16-class' | 'other'
}

/** By what a class was found: the first that holds. `none`: the model does not know the class. */
export type MappedBy = 'file' | 'person' | 'accepted-ids' | 'id' | 'wnid' | 'exact' | 'synonym' | 'normalised' | 'none'

/** What a file or a person says of a class, whatever its name. */
export interface LabelDecision {
  /** Ascending; none: the model does not know the class. */
  readonly ids: readonly number[]
  readonly source: 'file' | 'person'
}

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

/** Finds each of the dataset's classes among the model's. `decisions`, by class, go before everything else. */
export function mapClasses(
  classes: readonly DatasetClass[],
  model: ModelLabels,
  decisions: ReadonlyMap<string, LabelDecision> = new Map(),
): ClassMapping {
  // From strict to loose; whole labels go before first names, and these before other synonyms.
  const exact = [indexBy(model.labels, (label) => [label])]
  const synonyms = [indexBy(model.labels, (label) => [displayName(label)]), indexBy(model.labels, synonymsOf)]
  const normalised = [
    indexBy(model.labels, (label) => [normaliseName(label)]),
    indexBy(model.labels, (label) => [normaliseName(displayName(label))]),
    indexBy(model.labels, (label) => synonymsOf(label).map(normaliseName)),
  ]
  const areIds = areModelIds(
    classes.map(({ name }) => name),
    model.labels,
  )
  const mapped = classes.map(({ name, acceptedIds }): MappedClass => {
    const decision = decisions.get(name)
    if (decision !== undefined) return { ids: decision.ids, how: decision.source, ambiguous: false }
    if (model.labelSpace === 'imagenet-1k' && acceptedIds !== undefined && acceptedIds.length > 0) {
      return { ids: [...new Set(acceptedIds)].sort((a, b) => a - b), how: 'accepted-ids', ambiguous: false }
    }
    if (areIds) return { ids: [Number(name)], how: 'id', ambiguous: false }
    return (
      findWnid(name, model, [...exact, ...synonyms]) ??
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
    unmapped: classes.filter((_, index) => mapped[index]?.ids.length === 0).map(({ name }) => name),
  }
}

/** The name of a class on screen: the first of its synonyms. */
export function displayName(label: string): string {
  return synonymsOf(label)[0] ?? label
}

/** The names of a label, as id2label lists them. */
export function synonymsOf(label: string): string[] {
  return label
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** Letter case, width variants, and `_`, `-` or space between words make no difference. */
export function normaliseName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim()
}

/**
 * Whether the names of a dataset's classes are the model's ids: only as a whole list, since a single "7" says nothing. Names that
 * count 0, 1, 2 … and stop before the model does are the dataset's own numbers, and digits among the labels are names.
 */
export function areModelIds(names: readonly string[], labels: readonly string[]): boolean {
  const isNumber = (name: string) => /^\d{1,9}$/.test(name)
  if (names.length < 2 || !names.every((name) => isNumber(name) && Number(name) < labels.length)) return false
  if (labels.some((label) => isNumber(label.trim()))) return false
  const ids = new Set(names.map(Number))
  return ids.size === labels.length || Math.max(...ids) !== ids.size - 1
}

/** A class called by its WordNet id, alone or before its name (`n01440764_tench`), as ImageNet's folders are. */
function findWnid(name: string, model: ModelLabels, indexes: readonly NameIndex[]): MappedClass | null {
  const id = wnidToId(name)
  if (id === null) return null
  if (model.labelSpace === 'imagenet-1k') {
    return id < model.labels.length ? { ids: [id], how: 'wnid', ambiguous: false } : null
  }
  // A model of some of ImageNet's classes: the same class under its own number.
  const { names } = imagenet1kClasses[id]!
  return find(indexes, [names.join(', '), ...names], 'wnid')
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
