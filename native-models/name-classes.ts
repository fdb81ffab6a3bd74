// Which class each of a model's scores belongs to: names that somebody gave, or those of the usual heads. Pure.
import { FoibleError } from '#core/errors.ts'
import type { ModelSpec } from './model-spec.ts'
import { imagenet1kNames, labelSpaceOf } from './read-classes.ts'

export interface GivenNames {
  /** By position of the score. */
  readonly names: readonly string[]
  /** The file that gives them. */
  readonly file: string
}

export type NamedClasses = Pick<ModelSpec, 'classes' | 'labelSpace' | 'backgroundFirst'>

/** Heads whose names are too many to come with Foible. */
const largeHeads: ReadonlyMap<number, string> = new Map([
  [11_821, 'ImageNet-12k'],
  [21_841, 'ImageNet-21k'],
  [21_843, 'ImageNet-21k'],
])
const background = 'background'
const wnidBefore = /^n\d{8}\s+(?=\S)/

/**
 * A class of its own for the background, which TensorFlow's ImageNet models score first, goes to the end, so that ids are ImageNet's.
 * @param notes What is taken for granted is added to them.
 * Throws `model_unsupported` (details: `{part, found, expected}`) where names and scores do not count the same.
 */
export function nameClasses(given: GivenNames | null, scoreCount: number, notes: string[]): NamedClasses {
  if (given === null) return assumedClasses(scoreCount, notes)
  const names = withoutWnids(given.names)
  const [first, ...rest] = names
  if (names.length === scoreCount) {
    if (first === undefined || labelSpaceOf(rest) === 'own') return { classes: names, labelSpace: labelSpaceOf(names) }
    return { classes: [...imagenetNames(rest), first], labelSpace: 'imagenet-1k', backgroundFirst: true }
  }
  if (names.length === scoreCount - 1 && labelSpaceOf(names) === 'imagenet-1k') {
    notes.push(`${given.file} names 1,000 classes and the model scores 1,001; the first is taken to be the background.`)
    return { classes: [...imagenetNames(names), background], labelSpace: 'imagenet-1k', backgroundFirst: true }
  }
  throw new FoibleError(
    'model_unsupported',
    `The model scores ${scoreCount} classes, but ${given.file} names ${names.length}: give it one name for each class.`,
    { part: 'classes', file: given.file, found: scoreCount, expected: names.length },
  )
}

function assumedClasses(count: number, notes: string[]): NamedClasses {
  if (count === imagenet1kNames.length) {
    notes.push('The model names no classes; its 1,000 scores are taken to be ImageNet-1k’s in their usual order.')
    return { classes: imagenet1kNames, labelSpace: 'imagenet-1k' }
  }
  if (count === imagenet1kNames.length + 1) {
    notes.push(
      'The model names no classes; its 1,001 scores are taken to be a background class and ImageNet-1k’s in their usual order.',
    )
    return { classes: [...imagenet1kNames, background], labelSpace: 'imagenet-1k', backgroundFirst: true }
  }
  const likely = largeHeads.get(count)
  const hint = likely === undefined ? '' : `, as many as ${likely} has`
  notes.push(
    `The model names no classes${hint}; they are numbered 0 to ${count - 1}. Put a labels.txt beside the file to name them.`,
  )
  return { classes: Array.from({ length: count }, (_, id) => unnamedClass(id)), labelSpace: 'own' }
}

/** What a class without a name is called. */
export function unnamedClass(id: number): string {
  return `class ${id}`
}

/** `n01440764 tench, Tinca tinca` is called by what follows the WordNet id, where every line is written so. */
function withoutWnids(names: readonly string[]): readonly string[] {
  const stripped = names.every((name) => wnidBefore.test(name))
    ? names.map((name) => name.replace(wnidBefore, ''))
    : names
  return labelSpaceOf(stripped) === 'imagenet-1k' ? imagenetNames(stripped) : stripped
}

/** WordNet ids alone are no names for people. */
function imagenetNames(names: readonly string[]): readonly string[] {
  return names.map((name, id) => (/^n\d{8}$/.test(name) ? (imagenet1kNames[id] ?? name) : name))
}
