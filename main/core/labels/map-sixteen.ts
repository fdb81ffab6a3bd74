// Which of the 16 categories of 16-class-ImageNet a dataset's classes belong to: by name, or because their ImageNet classes do.
import { imagenet1kClasses } from '../facts/imagenet-1k.ts'
import { sixteenClasses } from '../facts/sixteen-class-imagenet.ts'
import {
  type ClassMapping,
  type DatasetClass,
  type LabelDecision,
  type MappedClass,
  mapClasses,
} from './map-classes.ts'

export const sixteenNames: readonly string[] = Object.keys(sixteenClasses)
/** ImageNet ids by category. */
export const sixteenGroups: readonly (readonly number[])[] = Object.values(sixteenClasses)

const categoryOfId = new Map(sixteenGroups.flatMap((ids, category) => ids.map((id) => [id, category] as const)))
const imagenetLabels = imagenet1kClasses.map(({ names }) => names.join(', '))

export function areSixteenClasses(classes: readonly string[]): boolean {
  return classes.length === sixteenNames.length && classes.every((name, index) => name === sixteenNames[index])
}

/** Positions among the 16, ascending; ids that belong to none of them say nothing. */
export function categoriesOfIds(ids: readonly number[]): number[] {
  return [...new Set(ids.flatMap((id) => categoryOfId.get(id) ?? []))].sort((a, b) => a - b)
}

/** As `mapClasses`, onto the 16 categories. Accepted ids go before names, and a category's own name before a class of ImageNet. */
export function mapToSixteen(
  classes: readonly DatasetClass[],
  decisions: ReadonlyMap<string, LabelDecision> = new Map(),
): ClassMapping {
  const named = mapClasses(classes, { labels: sixteenNames, labelSpace: '16-class' }, decisions).classes
  const known = mapClasses(classes, { labels: imagenetLabels, labelSpace: 'imagenet-1k' }).classes
  const mapped = classes.map((_, index): MappedClass => {
    const byName = named[index]!
    const { ids, how, ambiguous } = known[index]!
    const categories = categoriesOfIds(ids)
    if (decisions.has(classes[index]!.name)) return byName
    if (how === 'accepted-ids' && categories.length > 0) return { ids: categories, how, ambiguous: false }
    if (byName.ids.length > 0 || categories.length === 0) return byName
    return { ids: categories, how, ambiguous }
  })
  return {
    classes: mapped,
    unmapped: classes.filter((_, index) => mapped[index]!.ids.length === 0).map(({ name }) => name),
  }
}
