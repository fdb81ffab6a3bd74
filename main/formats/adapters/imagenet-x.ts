// ImageNet-X (Idrissi et al. 2022): sixteen factors of variation, judged by people for ImageNet's images, in JSON lines beside the
// images or without any.
import type { Finding } from '#core/sample.ts'
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import type { FieldSpec } from '../dataset-reader.ts'
import { isImagePath } from '../image-type.ts'
import { type IndexedImage, missingImage } from '../indexed-image.ts'
import { basename } from '../safe-path.ts'
import { problematicField, readAcceptedLabels } from './accepted-labels.ts'
import type { DatasetAdapter } from './dataset-adapter.ts'
import { describeClass, imagenetLabels } from './imagenet-class.ts'
import { type Annotations, factors, isFactorFile, readAnnotations } from './imagenet-x-annotations.ts'
import { indexImages } from './index-images.ts'
import { noteCases, noteOthers } from './known-images.ts'

const title = 'ImageNet-X'
const fields: readonly FieldSpec[] = [
  { name: 'top_factor', kind: 'category', role: 'nuisance', values: factors },
  ...factors.map((name): FieldSpec => ({ name, kind: 'boolean', role: 'nuisance' })),
  { name: 'justification', kind: 'text', role: 'plain' },
  { name: 'one_word', kind: 'text', role: 'plain' },
]

export const imagenetXAdapter: DatasetAdapter = {
  name: 'imagenet-x',
  title,
  recognise({ entries, reader }) {
    const files = entries.filter((entry) => isFactorFile(entry.path))
    if (files.length === 0 || !['imagefolder', 'table', 'fiftyone-tree'].includes(reader.format))
      return Promise.resolve(null)
    return Promise.resolve(`The annotations of ImageNet-X are there: ${files.map((entry) => entry.path).join(', ')}.`)
  },
  async read(source, options, reason) {
    const { tree, entries } = source
    const annotations = await readAnnotations(tree, entries, options.signal)
    const accepted = await readAcceptedLabels(tree, entries, options.signal)
    const present = new Map(
      entries.filter((entry) => isImagePath(entry.path)).map((entry) => [basename(entry.path), entry]),
    )
    const images = [...annotations.rows.keys()].map((name): IndexedImage => present.get(name) ?? missingImage(name))
    const others = entries.filter((entry) => isImagePath(entry.path) && !annotations.rows.has(basename(entry.path)))
    return indexImages(
      {
        reason,
        card: await readDatasetCard(tree, entries, options.signal),
        labelField: 'label',
        classes: imagenetLabels,
        fields: accepted ? [...fields, problematicField] : fields,
        images,
        describe({ path }) {
          const row = annotations.rows.get(basename(path))!
          const own = describeClass(row.classId)
          const better = accepted?.find(basename(path), own.acceptedIds)
          return {
            label: own.label,
            acceptedIds: better?.acceptedIds ?? own.acceptedIds,
            split: row.split,
            fields: { ...row.fields, ...(better ? { [problematicField.name]: better.problematic } : {}) },
          }
        },
        findings: () => [
          ...noteAnnotations(annotations, images),
          ...(accepted?.findings ?? []),
          ...annotations.findings(),
          ...noteOthers(`the annotated images of ${title}`, others),
        ],
      },
      options,
    )
  },
}

function noteAnnotations(
  { rows, files, withoutFactor }: Annotations,
  images: readonly IndexedImage[],
): readonly Finding[] {
  const missing = images.filter((image) => image.missing).map((image) => image.path)
  return [
    ...noteCases(
      'adapter_imagenet_x',
      `${countNoun(files.length, 'file')} of ImageNet-X’s judgements: 16 factors an image, and what a person wrote.`,
      'read as truth values and the fields top_factor, justification and one_word',
      files,
      rows.size,
    ),
    ...noteCases('adapter_imagenet_x_no_factor', 'Annotated images to which no factor applies.', '', withoutFactor),
    ...noteCases(
      'adapter_imagenet_x_no_image',
      'Annotated images that are not here: annotations alone, or a part of ImageNet.',
      'kept as samples without an image',
      missing,
    ),
  ]
}
