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

/** Column names of the class ids that are right answers. */
export const acceptedNames: readonly string[] = ['label_ids', 'accepted_ids', 'imagenet_ids', 'accepted']

export function roleOfName(name: string): FieldRole {
  const lower = name.toLowerCase()
  return nuisanceNames.has(lower) || lower.startsWith('factor_') ? 'nuisance' : 'plain'
}
