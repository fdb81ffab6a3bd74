// ImageNet-D as its authors release it (zcs15/ImageNet-D): {background,texture,material}/<class>/<id>.png and questions/*.csv.
// The Brendel group's dataset of the same name (DomainNet pictures) has another layout and is not taken for it.
import { imagenetDCounts } from '#core/facts/imagenet-d.ts'
import type { Finding } from '#core/sample.ts'
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import type { ReadOptions } from '../dataset-reader.ts'
import { basename } from '../safe-path.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { isObjectFolder, nuisanceField, nuisanceTypes, objectNames, objectOfFolder } from './imagenet-d-classes.ts'
import {
  type Questions,
  guessTerms,
  guessingModel,
  isQuestionFile,
  noteGuesses,
  readQuestions,
} from './imagenet-d-questions.ts'
import { type KnownImage, indexImages } from './index-images.ts'
import { noteCases, noteOthers, sortImages } from './known-images.ts'

const title = 'ImageNet-D'
const layout = /(?:^|\/)(background|texture|material)\/([^/]+)\/[^/]+$/

export const imagenetDAdapter: DatasetAdapter = {
  name: 'imagenet-d',
  title: `${title} (authors’ release)`,
  recognise(source) {
    const images = sortReleased(source)
    if (images === null) return Promise.resolve(null)
    const found = nuisanceTypes.filter((type) => images.fitting.some((entry) => layout.exec(entry.path)?.[1] === type))
    const hasQuestions = source.entries.some((entry) => isQuestionFile(entry.path))
    if (found.length < 2 && !hasQuestions && source.repo !== 'zcs15/ImageNet-D') return Promise.resolve(null)
    return Promise.resolve(
      `${countNoun(images.fitting.length, 'image')} in ${found.join(', ')}, in class folders of ImageNet-D’s 113.`,
    )
  },
  async read(source, options, reason) {
    const { tree, entries } = source
    const images = sortReleased(source)!
    const questions = await readQuestions(tree, entries, options.signal)
    const describe = ({ path }: { readonly path: string }): KnownImage => {
      const [, nuisance, folder] = layout.exec(path)!
      const guesses = questions.byName.get(basename(path))?.guesses
      return {
        ...objectOfFolder(folder!),
        fields: { nuisance: nuisance! },
        ...(guesses ? { predictions: { [guessingModel]: guesses } } : {}),
      }
    }
    const paths = images.fitting.map((entry) => entry.path)
    return indexImages(
      {
        reason,
        card: await readDatasetCard(tree, entries, options.signal),
        labelField: 'object',
        classes: objectNames,
        fields: [nuisanceField],
        runs: guessTerms,
        images: images.fitting,
        describe,
        findings: () => [
          ...noteMeaning(paths),
          ...noteImagenetDCounts(
            paths.map((path) => layout.exec(path)![1]!),
            options,
          ),
          ...noteUnknownClasses(
            paths.map((path) => layout.exec(path)![2]!).filter((folder) => !isObjectFolder(folder)),
          ),
          ...questions.findings,
          ...noteJoin(paths, questions),
          ...noteOthers(title, images.others),
        ],
      },
      options,
    )
  },
}

/** Images below a nuisance and a class folder, if nearly all class folders are known ones. */
function sortReleased(source: AdapterSource) {
  const images = sortImages(source, (path) => layout.test(path), true)
  const known = images?.fitting.filter((entry) => isObjectFolder(layout.exec(entry.path)![2]!)).length ?? 0
  return images !== null && known >= 0.9 * images.fitting.length ? images : null
}

function noteMeaning(paths: readonly string[]): readonly Finding[] {
  return noteCases(
    'adapter_imagenet_d',
    'ImageNet-D names an image’s nuisance by its top folder and its object by the class folder. Which background, texture or material it is, the release does not say.',
    'read as the fields nuisance and object; the 113 classes accept 125 ImageNet classes',
    [],
    paths.length,
  )
}

/** A part of the dataset that was asked for is not a wrong count. */
export function noteImagenetDCounts(
  nuisances: readonly string[],
  options: Pick<ReadOptions, 'maxSamples' | 'split'>,
): readonly Finding[] {
  if (options.maxSamples !== null || options.split !== null) return []
  const differing = Object.entries(imagenetDCounts).flatMap(([type, expected]) => {
    const found = nuisances.filter((nuisance) => nuisance === type).length
    return found === expected ? [] : [`${type}: ${found}, not ${expected}`]
  })
  const message = 'Numbers of images that differ from the release (3,764 background, 498 texture, 573 material).'
  return noteCases('adapter_imagenet_d_counts', message, '', differing)
}

export function noteUnknownClasses(names: readonly string[]): readonly Finding[] {
  const message = 'Images of classes that are none of ImageNet-D’s 113.'
  return noteCases(
    'adapter_imagenet_d_class',
    message,
    'kept, without accepted ImageNet classes',
    [...new Set(names)],
    names.length,
  )
}

function noteJoin(paths: readonly string[], questions: Questions): readonly Finding[] {
  if (questions.files.length === 0) return []
  const names = new Set(paths.map(basename))
  const asked = paths.filter((path) => questions.byName.has(basename(path)))
  const contradicting = asked.filter(
    (path) => questions.byName.get(basename(path))!.object !== objectOfFolder(layout.exec(path)![2]!).label,
  )
  return [
    ...noteGuesses(asked.length),
    ...noteCases(
      'adapter_imagenet_d_unasked',
      'Images that the questions do not name.',
      'kept, without guesses',
      paths.filter((path) => !questions.byName.has(basename(path))),
    ),
    ...noteCases(
      'adapter_imagenet_d_no_image',
      'Questions whose image is not there.',
      'skipped',
      [...questions.byName.keys()].filter((name) => !names.has(name)),
    ),
    ...noteCases(
      'adapter_imagenet_d_contradiction',
      'Images whose question names another object than their folder.',
      'the folder counts',
      contradicting,
    ),
  ]
}
