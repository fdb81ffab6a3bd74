// What the labels tell: classes that are none, that are spelt twice, that are too small, or that no known model answers.
import { countAllCodes } from '#core/columns/counts.ts'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { formatCount } from '#core/format/numbers.ts'
import { areChunkNames, areNuisanceNames, findNameCollisions } from '#core/lint/label-rules.ts'
import type { RepairName } from '#core/lint/repairs.ts'
import type { NewFinding } from '#store/finding-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { findTruth } from '../runs/truth.ts'
import { foundIn } from './lint-finding.ts'

/** Fewer images of a class than this say next to nothing of its rate: the interval of 5 of 10 is 24 to 76 %. */
const smallClass = 10

export function lintLabels(dataset: DatasetHandle): (NewFinding | null)[] {
  const field = dataset.columns.classField()
  const column = field === null ? null : dataset.columns.column({ kind: 'field', name: field.name })
  if (field === null || column?.kind !== 'codes') return []
  const { values } = column.dictionary
  const counts = countAllCodes(column.codes, values.length)
  // A class of the card's list without a sample here is nobody's loss.
  const classes = values
    .map((name, at) => ({ name, code: at + 1, samples: counts[at + 1]! }))
    .filter((c) => c.samples > 0)
  const names = classes.map(({ name }) => name)

  /** About all samples of the named classes; `count` is the number of classes. */
  const about = (rule: string, found: readonly string[], message: string, repair?: RepairName) => {
    const wanted = new Set(found)
    const codes = new Set(classes.filter(({ name }) => wanted.has(name)).map(({ code }) => code))
    return foundIn(dataset.rowCount, {
      rule,
      count: found.length,
      message,
      examples: classes
        .filter(({ name }) => wanted.has(name))
        .slice(0, 20)
        .map(({ name, samples }) => `${name}: ${formatCount(samples)}`),
      rows: rowsWith(column.codes, (code) => codes.has(code)),
      ...(repair === undefined ? {} : { repair }),
    })
  }

  if (areChunkNames(names)) {
    const message = `The classes in “${field.name}” are the folders that a writer cut the files into, not what the images show.`
    return [about('chunk_labels', names, message, 'drop_label')]
  }
  if (areNuisanceNames(names)) {
    const message = `The classes in “${field.name}” name a kind of nuisance, not the object: whether a model is right cannot be told by them.`
    return [about('nuisance_labels', names, message, 'label_to_nuisance')]
  }
  const small = classes.filter(({ samples }) => samples < smallClass).map(({ name }) => name)
  const collisions = findNameCollisions(names).flat()
  const unmapped = unmappedClasses(dataset, names)
  return [
    about(
      'small_class',
      small,
      `${number(small, 'One class has', 'classes have')} fewer than ${smallClass} images: rates of so few say little.`,
    ),
    about(
      'class_name_collision',
      collisions,
      `${formatCount(collisions.length)} class names differ only in case or in the signs between words, and count as different classes.`,
      'merge_names',
    ),
    about(
      'unmapped_class',
      unmapped.names,
      `${number(unmapped.names, 'One class', 'classes')} of ${formatCount(names.length)} ${unmapped.names.length === 1 ? 'is' : 'are'} not among the classes of ${unmapped.models.join(', ')}: the samples are not judged.`,
    ),
    foundIn(dataset.rowCount, {
      rule: 'missing_label',
      count: counts[0]!,
      message: `${counts[0] === 1 ? 'One sample has' : `${formatCount(counts[0]!)} samples have`} no label: no prediction of them is right or wrong.`,
      examples: [],
      rows: rowsWith(column.codes, (code) => code === 0),
    }),
  ]
}

function number(names: readonly string[], one: string, many: string): string {
  return names.length === 1 ? one : `${formatCount(names.length)} ${many}`
}

function* rowsWith(codes: ArrayLike<number>, test: (code: number) => boolean): Generator<number> {
  for (let row = 0; row < codes.length; row++) if (test(codes[row]!)) yield row
}

/** Classes that a run of the dataset could not answer; where nothing has run yet, those that ImageNet-1k does not have. */
function unmappedClasses(dataset: DatasetHandle, names: readonly string[]) {
  const here = new Set(names)
  const runs = dataset.columns.runs.filter((run) => run.provider !== 'imported')
  if (runs.length === 0) {
    const labels = imagenet1kClasses.map((entry) => entry.names.join(', '))
    const truth = findTruth(dataset.columns, { classes: labels, labelSpace: 'imagenet-1k' })
    return { names: truth.unmapped.filter((name) => here.has(name)), models: ['ImageNet-1k'] }
  }
  const lacking = runs.filter((run) => run.unmappedClasses.length > 0)
  const found = new Set(lacking.flatMap((run) => run.unmappedClasses))
  return { names: names.filter((name) => found.has(name)), models: lacking.map((run) => run.model) }
}
