// ImageClassificationDirectoryTree: the first folder of a path is the label, `_unlabeled` is none.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { DatasetReader, SampleBatch, TreeEntry } from './dataset-reader.ts'
import { createFindingLog } from './finding-log.ts'
import { isImagePath } from './image-type.ts'

const batchSize = 8192

export const fiftyoneTreeReader: DatasetReader = {
  format: 'fiftyone-tree',
  recognise({ fiftyoneFormat }) {
    return fiftyoneFormat === 'ImageClassificationDirectoryTree'
      ? 'fiftyone.yml names the format ImageClassificationDirectoryTree.'
      : null
  },
  async read(tree, entries, options, reason) {
    const findings = createFindingLog()
    const inFolders = entries.filter((entry) => entry.path.includes('/'))
    const images = inFolders.filter((entry) => isImagePath(entry.path))
    for (const entry of inFolders) if (!isImagePath(entry.path)) findings.add('not_an_image', entry.path)
    if (images.length === 0) {
      throw new FoibleError(
        'empty_source',
        `There is no image in the class folders of “${tree.name}”; choose their parent folder.`,
        {
          name: tree.name,
        },
      )
    }
    const chosen = options.split === null ? images.slice(0, options.maxSamples ?? undefined) : []
    return {
      format: 'fiftyone-tree',
      reason,
      fields: [],
      labelField: 'ground_truth',
      classes: [...new Set(images.map(labelOf))].filter((label) => label !== null).sort((a, b) => (a < b ? -1 : 1)),
      description: null,
      license: null,
      batches: toBatches(chosen, options.signal),
      findings: findings.list,
    }
  },
}

function labelOf(entry: TreeEntry): string | null {
  const label = entry.path.slice(0, entry.path.indexOf('/'))
  return label === '_unlabeled' ? null : label
}

async function* toBatches(images: readonly TreeEntry[], signal: AbortSignal): AsyncGenerator<SampleBatch> {
  for (let start = 0; start < images.length; start += batchSize) {
    throwIfCancelled(signal)
    const batch = images.slice(start, start + batchSize)
    yield {
      count: batch.length,
      fileNames: batch.map((entry) => entry.path),
      locators: batch.map((entry) => ({ kind: 'file', path: entry.path })),
      sizesBytes: batch.map((entry) => entry.sizeBytes),
      sha256s: batch.map((entry) => entry.sha256),
      splits: null,
      labels: batch.map(labelOf),
      acceptedIds: null,
      fields: new Map(),
      tags: null,
      predictions: new Map(),
    }
  }
}
