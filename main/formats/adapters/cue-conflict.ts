// Cue-conflict images (Geirhos et al. 2019): the shape of one thing in the texture of another. The file name says both,
// `cat7-knife2.png`, also behind the prefix of an experiment, `0001_cue_dnn_00_cat_00_cat7-knife2.png`.
import { sixteenClasses } from '#core/facts/sixteen-class-imagenet.ts'
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import type { FieldSpec } from '../dataset-reader.ts'
import { basename } from '../safe-path.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { indexImages } from './index-images.ts'
import { noteCases, noteOthers, sortImages } from './known-images.ts'

const title = 'cue-conflict images'
const categories: ReadonlyMap<string, readonly number[]> = new Map(Object.entries(sixteenClasses))
const cueName = /(?:^|_)([a-z]+)\d+-([a-z]+)\d+\.\w+$/

const fields: readonly FieldSpec[] = [
  { name: 'texture', kind: 'category', role: 'nuisance', values: [...categories.keys()] },
  { name: 'cue_conflict', kind: 'boolean', role: 'plain' },
]

export const cueConflictAdapter: DatasetAdapter = {
  name: 'cue-conflict',
  title: `${title} (shape against texture)`,
  recognise(source) {
    const images = sortCues(source)
    if (images === null) return Promise.resolve(null)
    return Promise.resolve(
      `${countNoun(images.fitting.length, 'file name')} that say shape and texture among the 16 categories, as “${basename(images.fitting[0]!.path)}” does.`,
    )
  },
  async read(source, options, reason) {
    const images = sortCues(source)!
    const paths = images.fitting.map((entry) => entry.path)
    return indexImages(
      {
        reason,
        card: await readDatasetCard(source.tree, source.entries, options.signal),
        labelField: 'shape',
        classes: [...categories.keys()],
        fields,
        images: images.fitting,
        describe({ path }) {
          const { shape, texture } = parseCues(path)!
          return {
            label: shape,
            acceptedIds: categories.get(shape)!,
            fields: { texture, cue_conflict: shape !== texture },
          }
        },
        findings: () => [
          ...noteCases(
            'adapter_cue_conflict',
            'File names say shape and texture of the image.',
            'read as the class (shape) and the fields texture and cue_conflict',
            [],
            paths.length,
          ),
          ...noteCases(
            'adapter_cue_conflict_decision',
            'The 16 categories stand for 207 ImageNet classes.',
            'an answer counts as right if the best of 1,000 classes is one of the category’s; the original protocol averages the probabilities of each category first',
            [],
            paths.length,
          ),
          ...noteCases(
            'adapter_cue_conflict_agree',
            'Images whose shape and texture are of one category: they hold no conflict.',
            'kept, with cue_conflict false',
            paths.filter((path) => parseCues(path)!.shape === parseCues(path)!.texture),
          ),
          ...noteOthers(title, images.others),
        ],
      },
      options,
    )
  },
}

function sortCues(source: AdapterSource) {
  return sortImages(source, (path) => parseCues(path) !== null)
}

function parseCues(path: string): { readonly shape: string; readonly texture: string } | null {
  const [, shape, texture] = cueName.exec(basename(path)) ?? []
  if (shape === undefined || texture === undefined || !categories.has(shape) || !categories.has(texture)) return null
  return { shape, texture }
}
