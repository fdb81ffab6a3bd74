// What a column means by its name, where nothing else says so.
import type { FieldRole } from '#core/sample.ts'

const nuisanceNames = new Set([
  'nuisance',
  'background',
  'texture',
  'material',
  'place',
  'corruption',
  'factor',
  'style',
  'weather',
  'domain',
])

/** Column names of the label, most telling first. */
export const labelNames: readonly string[] = ['label', 'ground_truth', 'class', 'class_name', 'category', 'target']

/** Further names of it in tables that people write by hand. */
const looseLabelNames: readonly string[] = [
  'labels',
  'class_label',
  'classname',
  'category_name',
  'ground_truth_label',
  'gt',
  'gt_label',
  'gt_category',
  'class_id',
  'category_id',
  'y',
]

/**
 * The column that is called like a label; undefined if there is none. A column `y` beside an `x` is a coordinate. Case counts
 * only where two columns differ in nothing else.
 */
export function findLabelColumn(columns: readonly string[], isLoose: boolean): string | undefined {
  const strict = labelNames.find((name) => columns.includes(name))
  if (strict !== undefined || !isLoose) return strict
  const byLower = new Map(columns.map((name) => [name.trim().toLowerCase(), name]))
  const found = [...labelNames, ...looseLabelNames].find((name) => byLower.has(name))
  return found === undefined || (found === 'y' && byLower.has('x')) ? undefined : byLower.get(found)
}

/** Column names of the class ids that are right answers. */
export const acceptedNames: readonly string[] = ['label_ids', 'accepted_ids', 'imagenet_ids', 'accepted']

export function roleOfName(name: string): FieldRole {
  const lower = name.toLowerCase()
  return nuisanceNames.has(lower) || lower.startsWith('factor_') ? 'nuisance' : 'plain'
}
