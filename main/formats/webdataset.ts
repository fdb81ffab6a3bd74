// WebDataset: tar shards whose consecutive members of one key are one sample. Nothing is unpacked: an image is a range of bytes
// in its shard.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { MediaLocator } from '#core/sample.ts'
import { countNoun } from './count-noun.ts'
import { type DatasetCard, readDatasetCard } from './dataset-card.ts'
import type { DatasetIndex, DatasetReader, FileTree, ReadOptions, SampleBatch, TreeEntry } from './dataset-reader.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { readTerms } from './foible-schema.ts'
import { basename, dirname, extension, normalizeRelativePath } from './safe-path.ts'
import { splitsByCard, splitsByWords } from './splits.ts'
import { readClassNames } from './webdataset-classes.ts'
import { planShardColumns, type ShardColumns } from './webdataset-columns.ts'
import { listShardSamples, type Shard, type ShardSample, shardStem } from './webdataset-samples.ts'
import { letOthersRun } from './let-others-run.ts'

const batchRows = 8192
/** As many samples as `datasets` looks at to find out the columns. */
const samplesAlike = 5

export const webdatasetReader: DatasetReader = {
  format: 'webdataset',
  recognise({ paths, subject, fiftyoneFormat }) {
    const shards = fiftyoneFormat === null ? paths.filter(isShard) : []
    return shards.length > 0 ? `${subject} ${countNoun(shards.length, 'tar archive')}.` : null
  },
  async read(tree, entries, options, reason) {
    const findings = createFindingLog()
    const card = await readDatasetCard(tree, entries, options.signal)
    const shards = chooseShards(entries, card, options.split, findings)
    const samples = listWanted(tree, shards, card, options, findings)
    const first = await take(samples, batchRows)
    const [sample] = first
    if (sample === undefined) throw emptySource(tree, options)
    if (card.foible === null && first.slice(0, samplesAlike).some(({ members }) => !hasSame(members, sample.members)))
      findings.add('uneven_members', sample.shard.path)
    const names = await readClassNames(tree, entries, sample.shard.path, card, options.signal)
    const columns = planShardColumns(first, names, card, findings)
    // Without a label of its own an archive may be a packed image folder, which only all of its paths can tell.
    const isFolders = columns.labelField === null && first.some(({ key }) => key.includes('/'))
    const rest = isFolders ? await take(samples, Infinity) : []
    const folders = isFolders ? labelsByFolder([...first, ...rest], card) : null
    if (folders) findings.add('folder_labels', sample.image?.path ?? sample.key, first.length + rest.length)
    return {
      format: 'webdataset',
      reason,
      fields: columns.plan.fields,
      labelField: columns.labelField ?? columns.plan.labelField,
      classes: folders ? [...new Set(folders.values())].sort((a, b) => (a < b ? -1 : 1)) : columns.plan.classes,
      description: card.description,
      license: card.license,
      ...readTerms(card.foible),
      batches: cutBatches(joinSamples(first, rest, samples), columns, folders, card, findings, options.signal),
      findings: findings.list,
    } satisfies DatasetIndex
  },
}

function isShard(path: string): boolean {
  return extension(path) === 'tar'
}

function chooseShards(
  entries: readonly TreeEntry[],
  card: DatasetCard,
  split: string | null,
  findings: FindingLog,
): readonly Shard[] {
  const paths = entries.map((entry) => entry.path).filter(isShard)
  const byCard = card.dataFiles ? splitsByCard(paths, card.dataFiles) : new Map<string, string>()
  const splits = byCard.size > 0 ? byCard : splitsByWords(paths, true)
  const shards: Shard[] = []
  for (const path of paths) {
    const own = splits.get(path) ?? null
    if (byCard.size > 0 && own === null) findings.add('outside_config', path)
    // In an export of Foible's each sample says its split, whatever its shard is called.
    else if (split === null || own === split || card.foible !== null) shards.push({ path, split: own })
  }
  return shards
}

/** Samples of the wanted split, as many as wanted; those without an image only where an export left the images out. */
async function* listWanted(
  tree: FileTree,
  shards: readonly Shard[],
  card: DatasetCard,
  options: ReadOptions,
  findings: FindingLog,
): AsyncGenerator<ShardSample> {
  let left = options.maxSamples ?? Infinity
  if (left === 0) return
  for await (const sample of listShardSamples(tree, shards, findings, options.signal)) {
    if (options.split !== null && splitOf(sample) !== options.split) continue
    if (sample.image === null && card.foible === null) {
      findings.add('no_image_bytes', `${sample.shard.path}: ${sample.key}`)
      continue
    }
    yield sample
    if (--left === 0) return
  }
}

function splitOf({ values, shard }: ShardSample): string | null {
  const own = Object.hasOwn(values, 'split') ? values['split'] : undefined
  return typeof own === 'string' || own === null ? own : shard.split
}

async function take(samples: AsyncGenerator<ShardSample>, count: number): Promise<ShardSample[]> {
  const taken: ShardSample[] = []
  while (taken.length < count) {
    const next = await samples.next()
    if (next.done === true) break
    taken.push(next.value)
  }
  return taken
}

async function* joinSamples(
  first: readonly ShardSample[],
  rest: readonly ShardSample[],
  others: AsyncGenerator<ShardSample>,
): AsyncGenerator<ShardSample> {
  yield* first
  yield* rest
  yield* others
}

function hasSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((name) => b.has(name))
}

/** As for folders of images: the folder's name, if there are at least two and all images lie at one depth. */
function labelsByFolder(samples: readonly ShardSample[], card: DatasetCard): ReadonlyMap<ShardSample, string> | null {
  if (card.dropLabels === true || card.foible !== null) return null
  const labels = new Map(samples.map((sample) => [sample, basename(dirname(sample.image?.path ?? ''))]))
  const depths = new Set(samples.map((sample) => sample.image?.path.split('/').length))
  if (depths.size > 1 || new Set(labels.values()).size < 2) return null
  return labels
}

async function* cutBatches(
  samples: AsyncGenerator<ShardSample>,
  columns: ShardColumns,
  folders: ReadonlyMap<ShardSample, string> | null,
  card: DatasetCard,
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<SampleBatch> {
  const taken = new Map<string, number>()
  for (;;) {
    throwIfCancelled(signal)
    const batch = await take(samples, batchRows)
    if (batch.length === 0) return
    const names = batch.map((sample) => nameSample(sample, card, taken, findings))
    yield toBatch(batch, names, columns, folders)
    await letOthersRun()
  }
}

function toBatch(
  samples: readonly ShardSample[],
  names: readonly string[],
  columns: ShardColumns,
  folders: ReadonlyMap<ShardSample, string> | null,
): SampleBatch {
  const read = columns.read(samples)
  const missing = samples.map(({ image }) => image === null)
  return {
    ...read,
    count: samples.length,
    fileNames: names,
    locators: samples.map(({ shard, image }, i): MediaLocator =>
      image === null
        ? { kind: 'file', path: names[i] ?? '' }
        : { kind: 'range', file: shard.path, start: image.start, size: image.sizeBytes },
    ),
    sizesBytes: samples.map(({ image }) => image?.sizeBytes ?? null),
    sha256s: samples.map(() => null),
    ...(missing.includes(true) ? { missing } : {}),
    labels: folders ? samples.map((sample) => folders.get(sample) ?? null) : read.labels,
    splits: samples.map(splitOf),
  }
}

/**
 * The name that an export has put down, else the path of the image in its shard (which begins with `__key__`); where an earlier
 * sample has that already, the shard's path goes before it.
 */
function nameSample(
  sample: ShardSample,
  { foible }: DatasetCard,
  taken: Map<string, number>,
  findings: FindingLog,
): string {
  const exported = foible ? sample.values['file_name'] : null
  const own = typeof exported === 'string' ? normalizeRelativePath(exported) : null
  const path = own ?? sample.image?.path ?? sample.key
  const seen = taken.get(path) ?? 0
  taken.set(path, seen + 1)
  if (seen === 0) return path
  findings.add('duplicate_key', `${sample.shard.path}: ${sample.key}`)
  const dot = path.lastIndexOf('.')
  for (let n = seen; ; n++) {
    const numbered = n === 1 || dot < 0 ? path : `${path.slice(0, dot)}-${n}${path.slice(dot)}`
    const name = `${shardStem(sample.shard)}/${n > 1 && dot < 0 ? `${path}-${n}` : numbered}`
    if (taken.has(name)) continue
    taken.set(name, 1)
    return name
  }
}

function emptySource(tree: FileTree, { split }: ReadOptions): FoibleError {
  const message = `There is no image in the tar archives of “${tree.name}” for this choice; choose another split, or archives with images.`
  return new FoibleError('empty_source', message, { name: tree.name, split })
}
