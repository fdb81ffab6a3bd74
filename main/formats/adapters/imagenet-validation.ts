// ImageNet's validation images in one folder, without class folders, with ReaL or the multi-label file beside them. The original
// label is not in such a folder; the accepted labels are.
import { countNoun } from '../count-noun.ts'
import { readDatasetCard } from '../dataset-card.ts'
import { basename } from '../safe-path.ts'
import { isAcceptedLabelsFile, problematicField, readAcceptedLabels } from './accepted-labels.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { indexImages } from './index-images.ts'
import { noteCases, noteOthers, sortImages } from './known-images.ts'

const title = 'ImageNet validation images'
const validationImage = /(?:^|\/)ILSVRC2012_val_\d{8}\.jpe?g$/i

export const imagenetValidationAdapter: DatasetAdapter = {
  name: 'imagenet-validation',
  title: `${title} with better labels`,
  recognise(source) {
    const images = sortValidation(source)
    const file = source.entries.find((entry) => isAcceptedLabelsFile(entry.path))
    if (images === null || file === undefined) return Promise.resolve(null)
    return Promise.resolve(
      `${countNoun(images.fitting.length, 'validation image')} of ImageNet, and “${file.path}” with their accepted labels.`,
    )
  },
  async read(source, options, reason) {
    const images = sortValidation(source)!
    const accepted = (await readAcceptedLabels(source.tree, source.entries, options.signal))!
    return indexImages(
      {
        reason,
        card: await readDatasetCard(source.tree, source.entries, options.signal),
        labelField: 'label',
        classes: null,
        fields: [problematicField],
        images: images.fitting,
        describe({ path }) {
          const { acceptedIds, problematic } = accepted.find(basename(path), null)
          return { label: null, acceptedIds, fields: { [problematicField.name]: problematic } }
        },
        findings: () => [
          ...noteCases(
            'adapter_validation_unlabelled',
            'Validation images outside of class folders: their original label is not there.',
            'kept with their accepted labels alone',
            [],
            images.fitting.length,
          ),
          ...accepted.findings,
          ...noteOthers(title, images.others),
        ],
      },
      options,
    )
  },
}

function sortValidation(source: AdapterSource) {
  return sortImages(source, (path) => validationImage.test(path))
}
