// The index of a dataset whose meaning is in its paths: the adapter says what each image is, batch by batch.
import { throwIfCancelled } from '#core/errors.ts'
import type { FieldValue } from '#core/sample.ts'
import type { DatasetCard } from '../dataset-card.ts'
import type { DatasetIndex, FieldSpec, ImportedPrediction, ReadOptions, SampleBatch } from '../dataset-reader.ts'
import { describeMedia, type IndexedImage } from '../indexed-image.ts'
import { letOthersRun } from '../let-others-run.ts'

const batchRows = 8192

/** What an adapter knows of an image. */
export interface KnownImage {
  readonly label: string | null
  /** ImageNet-1k ids that are right answers; null where nothing says so. */
  readonly acceptedIds?: readonly number[] | null
  readonly split?: string | null
  readonly fields?: Readonly<Record<string, FieldValue>>
  /** By model name. */
  readonly predictions?: Readonly<Record<string, ImportedPrediction>>
}

export interface KnownDataset extends Pick<
  DatasetIndex,
  'reason' | 'labelField' | 'classes' | 'fields' | 'findings' | 'runs' | 'cropBorderPx' | 'evaluationOnly'
> {
  readonly card: DatasetCard
  readonly images: readonly IndexedImage[]
  describe(image: IndexedImage): KnownImage
}

/** The images that are asked for, described as their batch comes up. */
export function indexImages(dataset: KnownDataset, options: ReadOptions): DatasetIndex {
  const { card, images, describe, ...known } = dataset
  return {
    ...known,
    format: 'imagefolder',
    description: card.description,
    license: card.license,
    batches: cutBatches(images, describe, dataset.fields, options),
  }
}

async function* cutBatches(
  images: readonly IndexedImage[],
  describe: KnownDataset['describe'],
  fields: readonly FieldSpec[],
  options: ReadOptions,
): AsyncGenerator<SampleBatch> {
  let left = options.maxSamples ?? Infinity
  for (let start = 0; start < images.length && left > 0; start += batchRows) {
    throwIfCancelled(options.signal)
    const batch = images
      .slice(start, start + batchRows)
      .map((image) => ({ image, known: describe(image) }))
      .filter(({ known }) => options.split === null || known.split === options.split)
      .slice(0, left)
    left -= batch.length
    if (batch.length > 0) yield toBatch(batch, fields)
    await letOthersRun()
  }
}

function toBatch(
  batch: readonly { readonly image: IndexedImage; readonly known: KnownImage }[],
  fields: readonly FieldSpec[],
): SampleBatch {
  const models = new Set(batch.flatMap(({ known }) => Object.keys(known.predictions ?? {})))
  return {
    count: batch.length,
    fileNames: batch.map(({ image }) => image.path),
    ...describeMedia(batch.map(({ image }) => image)),
    splits: batch.some(({ known }) => known.split) ? batch.map(({ known }) => known.split ?? null) : null,
    labels: batch.map(({ known }) => known.label),
    acceptedIds: batch.some(({ known }) => known.acceptedIds)
      ? batch.map(({ known }) => known.acceptedIds ?? null)
      : null,
    fields: new Map(fields.map(({ name }) => [name, batch.map(({ known }) => known.fields?.[name] ?? null)])),
    tags: null,
    predictions: new Map(
      [...models].map((model) => [model, batch.map(({ known }) => known.predictions?.[model] ?? null)]),
    ),
  }
}
