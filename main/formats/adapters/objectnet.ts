// ObjectNet (Barbu et al. 2019): 313 classes of things in odd places, each picture marked by a red border of 2 pixels. Its licence
// forbids training on it. 113 classes are ImageNet's too.
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import { basename, dirname } from '../safe-path.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { indexImages } from './index-images.ts'
import { looksFitting, noteCases, noteOthers, sortImages } from './known-images.ts'
import { type ObjectNetNames, overlapOf, readObjectNetNames } from './objectnet-names.ts'

const title = 'ObjectNet'
const borderPx = 2
/** Class folders of the 313 that must be there where nothing else says ObjectNet, and how many of them are ImageNet's. */
const enoughFolders = 300
const enoughOverlap = 100
/** Of ObjectNet's images a good third are of ImageNet's classes. */
const likelyShare = 0.1

export const objectnetAdapter: DatasetAdapter = {
  name: 'objectnet',
  title,
  recognise(source) {
    const isLikely = looksFitting(source.entries, (path) => overlapOf(folderOf(path)) !== null, likelyShare)
    const images = isLikely ? sortImages(source, (path) => path.includes('/')) : null
    if (images === null) return Promise.resolve(null)
    const folders = new Set(images.fitting.map((entry) => folderOf(entry.path)))
    const overlap = [...folders].filter((folder) => overlapOf(folder) !== null).length
    const isNamed = /objectnet/i.test(`${source.repo ?? source.tree.name} ${images.fitting[0]!.path.split('/')[0]!}`)
    const isWhole = folders.size >= enoughFolders && overlap >= enoughOverlap
    const isPart = (isNamed || hasMappings(source)) && overlap > 0 && overlap >= folders.size / 4
    if (!isWhole && !isPart) return Promise.resolve(null)
    return Promise.resolve(
      `${countNoun(folders.size, 'class folder')}, ${overlap} of them named as the classes that ObjectNet shares with ImageNet${isNamed ? '; the name says ObjectNet' : ''}.`,
    )
  },
  async read(source, options, reason) {
    const images = sortImages(source, (path) => path.includes('/'))!
    const names = await readObjectNetNames(source.tree, source.entries, options.signal)
    const folders = [...new Set(images.fitting.map((entry) => folderOf(entry.path)))]
    return indexImages(
      {
        reason,
        card: await readDatasetCard(source.tree, source.entries, options.signal),
        labelField: 'label',
        classes: folders.map(names.labelOf).sort((a, b) => (a < b ? -1 : 1)),
        fields: [{ name: 'in_imagenet', kind: 'boolean', role: 'plain' }],
        cropBorderPx: borderPx,
        evaluationOnly: true,
        images: images.fitting,
        describe({ path }) {
          const acceptedIds = names.idsOf(folderOf(path))
          return { label: names.labelOf(folderOf(path)), acceptedIds, fields: { in_imagenet: acceptedIds !== null } }
        },
        findings: () => [
          ...noteBorder(images.fitting.length),
          ...noteClasses(
            images.fitting.map((entry) => folderOf(entry.path)),
            names,
          ),
          ...noteOthers(title, images.others),
        ],
      },
      options,
    )
  },
}

function folderOf(path: string): string {
  return basename(dirname(path))
}

function hasMappings({ entries }: AdapterSource): boolean {
  return entries.some((entry) => basename(entry.path) === 'folder_to_objectnet_label.json')
}

function noteBorder(images: number) {
  return [
    ...noteCases(
      'adapter_objectnet',
      'ObjectNet marks its images by a red border of 2 pixels.',
      'taken off for thumbnails, the inspector and every prediction; the files stay as they are',
      [],
      images,
    ),
    ...noteCases(
      'adapter_objectnet_licence',
      'ObjectNet’s licence forbids training on it: it is for evaluation only.',
      'marked as evaluation only',
      [],
      images,
    ),
  ]
}

function noteClasses(folders: readonly string[], names: ObjectNetNames) {
  const outside = folders.filter((folder) => names.idsOf(folder) === null)
  const known = new Set(folders.filter((folder) => names.idsOf(folder) !== null))
  return [
    ...noteCases(
      'adapter_objectnet_overlap',
      names.file === null
        ? `${countNoun(known.size, 'class folder')} named as ImageNet’s, matched by name with the 113 that are known.`
        : `${countNoun(known.size, 'class folder')} of ImageNet’s classes, by “${names.file}”.`,
      'accepted as these ImageNet classes; in_imagenet says which images can be scored',
      [...known],
      folders.length - outside.length,
    ),
    ...noteCases(
      'adapter_objectnet_outside',
      'Images of classes that ImageNet does not have: no ImageNet model can be right on them.',
      'kept, with in_imagenet false',
      [...new Set(outside)],
      outside.length,
    ),
    ...noteCases(
      'adapter_objectnet_unmatched',
      'ImageNet names in the mapping that are no ImageNet class.',
      'skipped',
      names.unmatched,
    ),
  ]
}
