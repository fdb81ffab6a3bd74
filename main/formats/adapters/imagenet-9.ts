// ImageNet-9 and the Backgrounds Challenge: nine classes, eight variations of fore- and background. The mixed sets name the class
// of the image that their background was taken from.
import { imagenetIdOfWnid } from '#core/facts/imagenet-id-of-wnid.ts'
import type { Finding } from '#core/sample.ts'
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import type { FieldSpec } from '../dataset-reader.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { imagenetLabels } from './imagenet-class.ts'
import { type NineMap, readNineMap } from './imagenet-9-map.ts'
import { nineClasses, parseNinePath, variations } from './imagenet-9-names.ts'
import { type KnownImage, indexImages } from './index-images.ts'
import { noteCases, noteOthers, sortImages } from './known-images.ts'

const title = 'ImageNet-9 (Backgrounds Challenge)'

const fields: readonly FieldSpec[] = [
  { name: 'background', kind: 'category', role: 'nuisance', values: nineClasses },
  { name: 'variation', kind: 'category', role: 'nuisance', values: variations },
  { name: 'background_class', kind: 'category', role: 'plain' },
  { name: 'foreground_class', kind: 'category', role: 'plain' },
]

export const imagenet9Adapter: DatasetAdapter = {
  name: 'imagenet-9',
  title,
  recognise(source) {
    const images = sortNine(source)
    if (images === null) return Promise.resolve(null)
    const folders = new Set(images.fitting.map((entry) => parseNinePath(entry.path)!.classIndex))
    // A single folder `00_dog` may be anybody's.
    if (folders.size < 3) return Promise.resolve(null)
    return Promise.resolve(
      `${countNoun(images.fitting.length, 'image')} in ${folders.size} of the nine class folders 00_dog to 08_fish.`,
    )
  },
  async read(source, options, reason) {
    const { tree, entries } = source
    const images = sortNine(source)!
    const paths = images.fitting.map((entry) => entry.path)
    const nine = await readNineMap(tree, entries, paths, options.signal)
    // Where a variation's own folder was chosen, its name is the tree's.
    const chosen = variations.find((variation) => variation === tree.name) ?? null
    const describe = ({ path }: { readonly path: string }): KnownImage => {
      const image = parseNinePath(chosen === null ? path : `${chosen}/${path}`)!
      return {
        label: nineClasses[image.classIndex]!,
        acceptedIds: nine.idsOf[image.classIndex]!,
        split: image.split,
        fields: {
          background: className(nine, image.background),
          variation: image.variation,
          background_class: labelOf(image.background),
          foreground_class: labelOf(image.foreground),
        },
      }
    }
    return indexImages(
      {
        reason,
        card: await readDatasetCard(tree, entries, options.signal),
        labelField: 'label',
        classes: nineClasses,
        fields,
        images: images.fitting,
        describe,
        findings: () => [...noteNine(paths, nine), ...noteOthers(title, images.others)],
      },
      options,
    )
  },
}

function sortNine(source: AdapterSource) {
  return sortImages(source, (path) => parseNinePath(path) !== null)
}

function className(nine: NineMap, wnid: string | null): string | null {
  const id = wnid === null ? undefined : imagenetIdOfWnid(wnid)
  const index = id === undefined ? undefined : nine.classOf.get(id)
  return index === undefined ? null : nineClasses[index]!
}

function labelOf(wnid: string | null): string | null {
  const id = wnid === null ? undefined : imagenetIdOfWnid(wnid)
  return id === undefined ? wnid : imagenetLabels[id]!
}

function noteNine(paths: readonly string[], nine: NineMap): readonly Finding[] {
  const mixed = paths.filter((path) => /(?:^|\/)fg_[^/]*bg_[^/]*$/.test(path))
  return [
    ...noteCases(
      'adapter_imagenet_9',
      'Class folders, variations and file names of ImageNet-9.',
      'read as nine classes and the fields variation, background (of the nine classes), background_class and foreground_class (of ImageNet)',
      [],
      paths.length,
    ),
    ...noteCases(
      'adapter_imagenet_9_background',
      'Images whose file name says which image their background was taken from.',
      'read as the fields background and background_class',
      [],
      mixed.length,
    ),
    ...noteCases(
      'adapter_imagenet_9_map',
      nine.file === null
        ? 'ImageNet classes that stand for the nine classes, as the file names show them. A class that no file shows is not accepted: put in_to_in9.json beside the folders for all of them.'
        : `ImageNet classes that stand for the nine classes, by “${nine.file}”.`,
      'accepted as right answers',
      [],
      nine.classOf.size,
    ),
    ...noteCases(
      'adapter_imagenet_9_conflict',
      'ImageNet classes that the file names show in several of the nine classes.',
      'not accepted for any',
      nine.conflicts,
    ),
  ]
}
