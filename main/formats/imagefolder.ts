// The imagefolder layout: images in folders, described by metadata.csv, .jsonl or .parquet files, or by the folders alone.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { type BatchColumns, type ColumnPlan, planColumns } from './column-plan.ts'
import { countNoun } from './count-noun.ts'
import { type DatasetCard, readDatasetCard } from './dataset-card.ts'
import type { DatasetIndex, DatasetReader, FileTree, ReadOptions, SampleBatch, TreeEntry } from './dataset-reader.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { listRunTerms } from './foible-schema.ts'
import { isImagePath } from './image-type.ts'
import { describeMedia, type IndexedImage, missingImage } from './indexed-image.ts'
import { type JoinedMetadata, joinMetadata } from './join-metadata.ts'
import { basename, dirname, extension } from './safe-path.ts'
import { splitsByCard, splitsByWords } from './splits.ts'

const batchRows = 8192
const companionFiles =
  /^(?:readme|licen[cs]e|copying|notice|citation|changelog)(?:\.|$)|^manifest\.json$|\.(?:md|ya?ml)$/i

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
    const { images, splits } = chooseImages(entries, card, findings)
    const metadataFiles = chooseMetadataFiles(entries, findings)
    const metadata =
      metadataFiles.length > 0
        ? await joinMetadata(tree, metadataFiles, images, card.foible, findings, options.signal)
        : null
    const missing = metadata?.missing.map(missingImage) ?? []
    if (images.length + missing.length === 0) throw emptySource(tree)
    const source: Source = {
      images: inSplit([...images, ...missing], splits, metadata, options.split),
      splits: missing.length === 0 ? splits : new Map([...splitsByWords(metadata?.missing ?? [], true), ...splits]),
      metadata,
      plan: metadata && planColumns(metadata.columns, metadata.reserved, card.features, card.foible, findings),
      folderLabels: metadata ? null : labelsByFolder(images, card.dropLabels),
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
    runs: listRunTerms(card.foible),
    batches: cutBatches(source, options),
    findings: findings.list,
  }
}

function chooseImages(
  entries: readonly TreeEntry[],
  card: DatasetCard,
  findings: FindingLog,
): { images: readonly TreeEntry[]; splits: ReadonlyMap<string, string> } {
  const images: TreeEntry[] = []
  const names = new Map<string, string>()
  for (const entry of entries) {
    const name = basename(entry.path)
    if (isImagePath(name)) {
      images.push(entry)
      const earlier = names.get(name)
      if (earlier !== undefined) findings.add('duplicate_name', entry.path)
      else names.set(name, entry.path)
    } else if (!isMetadataFile(name) && !companionFiles.test(name)) findings.add('not_an_image', entry.path)
  }
  const paths = images.map((entry) => entry.path)
  if (!card.dataFiles) return { images, splits: splitsByWords(paths, true) }
  const splits = splitsByCard(paths, card.dataFiles)
  // Patterns may name the metadata files alone; they then speak for every image beside or below them.
  if (splits.size === 0) return { images, splits: splitsByWords(paths, true) }
  for (const path of paths) if (!splits.has(path)) findings.add('outside_config', path)
  return { images: images.filter((entry) => splits.has(entry.path)), splits }
}

export function isMetadataFile(path: string): boolean {
  return /^metadata\.(?:csv|jsonl|parquet)$/.test(basename(path))
}

/** Metadata files of one kind only, as `datasets` demands; shallow ones first, so that the nearest to an image comes last. */
function chooseMetadataFiles(entries: readonly TreeEntry[], findings: FindingLog): readonly string[] {
  const files = entries.map((entry) => entry.path).filter(isMetadataFile)
  const kind = ['jsonl', 'csv', 'parquet'].find((candidate) => files.some((file) => extension(file) === candidate))
  for (const file of files) if (extension(file) !== kind) findings.add('metadata_ignored', file)
  return files.filter((file) => extension(file) === kind)
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

/**
 * The name of the folder that each image lies in, if there are at least two and all images lie at one depth (or the card
 * says `drop_labels: false`); null otherwise.
 */
export function labelsByFolder(
  images: readonly TreeEntry[],
  dropLabels: boolean | null,
): ReadonlyMap<string, string> | null {
  if (dropLabels === true) return null
  const labels = new Map(images.map((entry) => [entry.path, basename(dirname(entry.path))]))
  const depths = new Set(images.map((entry) => entry.path.split('/').length))
  if (dropLabels === null && (depths.size > 1 || new Set(labels.values()).size < 2)) return null
  return labels
}

async function* cutBatches(source: Source, options: ReadOptions): AsyncGenerator<SampleBatch> {
  const images = options.maxSamples === null ? source.images : source.images.slice(0, options.maxSamples)
  for (let start = 0; start < images.length; start += batchRows) {
    throwIfCancelled(options.signal)
    yield toBatch(source, images.slice(start, start + batchRows))
    // Lets other work of this thread have its turn between two batches.
    await new Promise((resolve) => setImmediate(resolve))
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
