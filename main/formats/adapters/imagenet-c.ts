// ImageNet-C and sets made like it: <corruption>/<severity 1..5>/<wnid>/<image>, with a group of corruptions above or not.
import { imagenetIdOfWnid } from '#core/facts/imagenet-id-of-wnid.ts'
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import type { FieldSpec } from '../dataset-reader.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { describeClass, imagenetLabels } from './imagenet-class.ts'
import { indexImages } from './index-images.ts'
import { noteCases, noteOthers, sortImages } from './known-images.ts'

const title = 'ImageNet-C'
const layout = /(?:^|\/)(?:([^/]+)\/)?([a-z][a-z0-9_]*)\/([1-5])\/(n\d{8})\/[^/]+$/

const groupOf: ReadonlyMap<string, string> = new Map(
  Object.entries({
    noise: ['gaussian_noise', 'shot_noise', 'impulse_noise'],
    blur: ['defocus_blur', 'glass_blur', 'motion_blur', 'zoom_blur'],
    weather: ['snow', 'frost', 'fog', 'brightness'],
    digital: ['contrast', 'elastic_transform', 'pixelate', 'jpeg_compression'],
    extra: ['speckle_noise', 'gaussian_blur', 'spatter', 'saturate'],
  }).flatMap(([group, corruptions]) => corruptions.map((corruption) => [corruption, group])),
)
const groups = new Set(groupOf.values())

const fields: readonly FieldSpec[] = [
  { name: 'corruption', kind: 'category', role: 'nuisance' },
  { name: 'severity', kind: 'number', role: 'nuisance' },
  { name: 'corruption_group', kind: 'category', role: 'plain' },
]

export const imagenetCAdapter: DatasetAdapter = {
  name: 'imagenet-c',
  title,
  recognise(source) {
    const images = sortCorrupted(source)
    if (images === null) return Promise.resolve(null)
    const corruptions = new Set(images.fitting.map((entry) => layout.exec(entry.path)![2]!))
    const severities = new Set(images.fitting.map((entry) => layout.exec(entry.path)![3]!))
    return Promise.resolve(
      `${countNoun(corruptions.size, 'corruption')} at ${severities.size} of 5 severities, in class folders named by WordNet ids.`,
    )
  },
  async read(source, options, reason) {
    const images = sortCorrupted(source)!
    const ids = new Set(images.fitting.map((entry) => imagenetIdOfWnid(layout.exec(entry.path)![4]!)))
    return indexImages(
      {
        reason,
        card: await readDatasetCard(source.tree, source.entries, options.signal),
        labelField: 'label',
        classes: imagenetLabels.filter((_, id) => ids.has(id)),
        fields,
        images: images.fitting,
        describe({ path }) {
          const [, folder, corruption, severity, wnid] = layout.exec(path)!
          const known = groupOf.get(corruption!)
          return {
            ...describeClass(imagenetIdOfWnid(wnid!)),
            fields: {
              corruption: corruption!,
              severity: Number(severity),
              corruption_group: known ?? (folder !== undefined && groups.has(folder) ? folder : null),
            },
          }
        },
        findings: () => [
          ...noteCases(
            'adapter_imagenet_c',
            'Folders name the corruption and its severity; class folders are WordNet ids.',
            'read as the fields corruption, severity (1 to 5) and corruption_group, and as the classes’ names',
            [],
            images.fitting.length,
          ),
          ...noteOthers(title, images.others),
        ],
      },
      options,
    )
  },
}

function sortCorrupted(source: AdapterSource) {
  return sortImages(source, (path) => {
    const wnid = layout.exec(path)?.[4]
    return wnid !== undefined && imagenetIdOfWnid(wnid) !== undefined
  })
}
