// ImageNetV2: class folders are the ids 0..999 of ImageNet's classes. Numbers alone could be anybody's classes: the name decides.
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import { basename, dirname } from '../safe-path.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { describeClass, imagenetLabels } from './imagenet-class.ts'
import { indexImages } from './index-images.ts'
import { noteCases, noteOthers, sortImages } from './known-images.ts'

const title = 'ImageNetV2'
const layout = /(?:^|\/)(?:0|[1-9]\d{0,2})\/[^/]+$/

export const imagenetV2Adapter: DatasetAdapter = {
  name: 'imagenet-v2',
  title,
  recognise(source) {
    const images = sortImages(source, (path) => layout.test(path))
    if (images === null || !hasName(source)) return Promise.resolve(null)
    const folders = new Set(images.fitting.map((entry) => idOf(entry.path))).size
    return Promise.resolve(
      `The name says ImageNetV2, and ${countNoun(images.fitting.length, 'image')} lie in ${folders} of the class folders 0 to 999.`,
    )
  },
  async read(source, options, reason) {
    const images = sortImages(source, (path) => layout.test(path))!
    const ids = new Set(images.fitting.map((entry) => idOf(entry.path)))
    return indexImages(
      {
        reason,
        card: await readDatasetCard(source.tree, source.entries, options.signal),
        labelField: 'label',
        classes: imagenetLabels.filter((_, id) => ids.has(id)),
        fields: [],
        images: images.fitting,
        describe: ({ path }) => describeClass(idOf(path)),
        findings: () => [
          ...noteCases(
            'adapter_imagenet_v2',
            `Class folders are numbers of ImageNet’s ${imagenet1kClasses.length} classes.`,
            'read as the classes’ names, each accepting its own ImageNet class',
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

function idOf(path: string): number {
  return Number(basename(dirname(path)))
}

function hasName({ tree, repo, entries }: AdapterSource): boolean {
  const name = /imagenet[-_]?v2/i
  return name.test(repo ?? tree.name) || entries.every((entry) => !layout.test(entry.path) || name.test(entry.path))
}
