// The imagefolder layout: images in folders, described by metadata.csv, .jsonl or .parquet files, or by the folders alone.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { type BatchColumns, type ColumnPlan, planColumns } from './column-plan.ts'
import { countNoun } from './count-noun.ts'
import { countOfCard, type DatasetCard, noteCard, readDatasetCard } from './dataset-card.ts'
import type { DatasetIndex, DatasetReader, FileTree, ReadOptions, SampleBatch } from './dataset-reader.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { readTerms } from './foible-schema.ts'
import { isImagePath } from './image-type.ts'
import { describeMedia, type IndexedImage, missingImage } from './indexed-image.ts'
import { chooseImages, chooseMetadataFiles, isMetadataFile, labelsByFolder } from './imagefolder-files.ts'
import { type JoinedMetadata, joinMetadata } from './join-metadata.ts'
import { splitsByWords } from './splits.ts'
import { letOthersRun } from './let-others-run.ts'

const batchRows = 8192

export const imagefolderReader: DatasetReader = {
  format: 'imagefolder',
  recognise({ paths, subject, fiftyoneFormat }) {
    const images = paths.filter(isImagePath)
    const metadata = paths.find(isMetadataFile)
    if (fiftyoneFormat !== null || (images.length === 0 && metadata === undefined)) return null
    return `${subject} ${metadata === undefined ? '' : `${metadata} with `}${countNoun(images.length, 'image')}${metadata === undefined ? ' and no metadata' : ''}.`
  },
  async read(tree, entries, options, reason) {
    const findings = createFindingLog()
    const card = await readDatasetCard(tree, entries, options.signal)
    noteCard(card, findings)
    const { images: chosen, splits } = chooseImages(entries, card, findings)
    const metadataFiles = chooseMetadataFiles(entries, chosen)
    const metadata =
      metadataFiles.length > 0 && card.dropMetadata !== true
        ? await joinMetadata(tree, metadataFiles, chosen, card.foible, findings, options.signal)
        : null
    const images = metadata ? chosen.filter(({ path }) => !metadata.extra.has(path)) : chosen
    const missing = metadata?.missing.map(missingImage) ?? []
    if (images.length + missing.length === 0) throw emptySource(tree)
    const source: Source = {
      images: inSplit([...images, ...missing], splits, metadata, options.split),
      splits: missing.length === 0 ? splits : new Map([...splitsByWords(metadata?.missing ?? [], true), ...splits]),
      metadata,
      plan: metadata && planColumns(metadata.columns, metadata.reserved, card.features, card.foible, findings),
      folderLabels: metadataFiles.length > 0 ? null : labelsByFolder(images, card.dropLabels),
      folderNames: card.features.classLabels.get('label') ?? null,
    }
    return toIndex(source, card, options, reason, findings)
  },
}

/** What the batches are cut from. */
interface Source {
  readonly images: readonly IndexedImage[]
  readonly splits: ReadonlyMap<string, string>
  readonly metadata: JoinedMetadata | null
  readonly plan: ColumnPlan | null
  readonly folderLabels: ReadonlyMap<string, string> | null
  readonly folderNames: readonly string[] | null
}

function toIndex(
  source: Source,
  card: DatasetCard,
  options: ReadOptions,
  reason: string,
  findings: FindingLog,
): DatasetIndex {
  const { plan, folderLabels } = source
  return {
    format: 'imagefolder',
    reason,
    fields: plan?.fields ?? [],
    labelField: plan?.labelField ?? 'label',
    classes: plan
      ? plan.classes
      : folderLabels && (source.folderNames ?? [...new Set(folderLabels.values())].sort((a, b) => (a < b ? -1 : 1))),
    description: card.description,
    license: card.license,
    ...countOfCard(card, options),
    ...readTerms(card.foible),
    batches: cutBatches(source, options),
    findings: findings.list,
  }
}

function inSplit(
  images: readonly IndexedImage[],
  splits: ReadonlyMap<string, string>,
  metadata: JoinedMetadata | null,
  split: string | null,
): readonly IndexedImage[] {
  if (split === null) return images
  const column = metadata?.data.get('split')
  if (!column) return images.filter((entry) => splits.get(entry.path) === split)
  return images.filter((entry) => {
    const row = metadata?.rowOf.get(entry.path)
    return row !== undefined && column[row] === split
  })
}

async function* cutBatches(source: Source, options: ReadOptions): AsyncGenerator<SampleBatch> {
  const images = options.maxSamples === null ? source.images : source.images.slice(0, options.maxSamples)
  for (let start = 0; start < images.length; start += batchRows) {
    throwIfCancelled(options.signal)
    yield toBatch(source, images.slice(start, start + batchRows))
    await letOthersRun()
  }
}

function toBatch(source: Source, images: readonly IndexedImage[]): SampleBatch {
  const { metadata, plan, splits, folderLabels } = source
  const columns: BatchColumns =
    metadata && plan
      ? plan.read(metadata.rows(images, plan.columns), images.length)
      : {
          labels: folderLabels && images.map((entry) => folderLabels.get(entry.path) ?? null),
          acceptedIds: null,
          splits: null,
          tags: null,
          fields: new Map(),
          predictions: new Map(),
        }
  return {
    ...columns,
    count: images.length,
    fileNames: images.map((entry) => entry.path),
    ...describeMedia(images),
    splits: columns.splits ?? (splits.size > 0 ? images.map((entry) => splits.get(entry.path) ?? null) : null),
  }
}

function emptySource(tree: FileTree): FoibleError {
  return new FoibleError(
    'empty_source',
    `There is no image in “${tree.name}”; choose the folder that holds the images, or one of its parents.`,
    { name: tree.name },
  )
}
