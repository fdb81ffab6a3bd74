// FiftyOneDataset, as exported or as pushed to the Hub: metadata.json, samples.json (or samples/), images anywhere below.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { isRecord } from './column-values.ts'
import type { DatasetReader, FileTree, ReadOptions, SampleBatch, TreeEntry } from './dataset-reader.ts'
import { parseExtendedJson } from './extended-json.ts'
import { createFiftyoneInterpreter, type Doc, type FiftyoneInterpreter } from './fiftyone-fields.ts'
import { readFiftyoneMetadata } from './fiftyone-metadata.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { isImagePath } from './image-type.ts'
import { createPathIndex, type PathIndex } from './path-index.ts'
import { normalizeRelativePath } from './safe-path.ts'
import { splitJsonArray } from './split-json-array.ts'
import { splitOfTag } from './splits.ts'

const batchDocs = 4096
const maxSampleFileBytes = 64 << 20

/** A document whose image is there. */
interface Located {
  readonly doc: Doc
  readonly entry: TreeEntry
  readonly tags: readonly string[]
  readonly split: string | null
}

export const fiftyoneReader: DatasetReader = {
  format: 'fiftyone',
  async read(tree, entries, options, reason) {
    const findings = createFindingLog()
    const metadata = await readFiftyoneMetadata(tree, options.signal)
    const located = batchUp(locateDocs(tree, entries, options, findings), batchDocs)
    const first = await located.next()
    if (first.done) {
      throw new FoibleError(
        'empty_source',
        `No image that samples.json names is in “${tree.name}”; copy the images beside it and import again.`,
        { name: tree.name, findings: findings.list() },
      )
    }
    const interpreter = createFiftyoneInterpreter(
      metadata,
      first.value.map(({ doc }) => doc),
      findings,
    )
    const prefix = metadata.foible?.media_prefix ?? ''
    return {
      format: 'fiftyone',
      reason,
      fields: interpreter.fields,
      labelField: interpreter.labelField,
      classes: metadata.foible?.classes ?? metadata.classes,
      description: metadata.description,
      license: metadata.license,
      batches: toBatches(first.value, located, interpreter, prefix, options.signal),
      findings: findings.list,
    }
  },
}

async function* toBatches(
  first: readonly Located[],
  rest: AsyncGenerator<readonly Located[]>,
  interpreter: FiftyoneInterpreter,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<SampleBatch> {
  yield toBatch(first, interpreter, prefix)
  for await (const batch of rest) {
    throwIfCancelled(signal)
    yield toBatch(batch, interpreter, prefix)
  }
}

function toBatch(batch: readonly Located[], interpreter: FiftyoneInterpreter, prefix: string): SampleBatch {
  return {
    ...interpreter.read(batch.map(({ doc }) => doc)),
    count: batch.length,
    fileNames: batch.map(({ entry }) => (entry.path.startsWith(prefix) ? entry.path.slice(prefix.length) : entry.path)),
    locators: batch.map(({ entry }) => ({ kind: 'file', path: entry.path })),
    sizesBytes: batch.map(({ entry }) => entry.sizeBytes),
    sha256s: batch.map(({ entry }) => entry.sha256),
    splits: batch.map(({ split }) => split),
    tags: batch.map(({ tags }) => tags),
  }
}

/** The documents whose images are there and asked for, in the order of samples.json; the others become findings. */
async function* locateDocs(
  tree: FileTree,
  entries: readonly TreeEntry[],
  options: ReadOptions,
  findings: FindingLog,
): AsyncGenerator<Located> {
  const images = entries.filter((entry) => isImagePath(entry.path))
  const index = createPathIndex(images)
  const used = new Set<string>()
  let left = options.maxSamples ?? Infinity
  for await (const { doc, place } of readDocs(tree, entries, findings, options.signal)) {
    const entry = findImage(doc['filepath'], place, index, findings)
    if (!entry) continue
    if (used.has(entry.path)) {
      findings.add('duplicate_row', entry.path)
      continue
    }
    used.add(entry.path)
    const tags = Array.isArray(doc['tags']) ? doc['tags'].filter((tag): tag is string => typeof tag === 'string') : []
    const own = doc['split']
    const split = typeof own === 'string' ? own : (tags.map(splitOfTag).find((name) => name !== null) ?? null)
    if (options.split !== null && split !== options.split) continue
    yield { doc, entry, tags, split }
    if (--left <= 0) return
  }
  for (const { path } of images) if (!used.has(path)) findings.add('file_not_listed', path)
}

function findImage(filepath: unknown, place: string, index: PathIndex, findings: FindingLog): TreeEntry | null {
  const path = typeof filepath === 'string' ? normalizeRelativePath(filepath) : null
  if (path === null) {
    findings.add('unsafe_path', `${place}: ${String(filepath)}`)
    return null
  }
  const entry = index.find(path)
  if (!entry) findings.add(isImagePath(path) ? 'row_without_file' : 'not_an_image', `${place}: ${path}`)
  else if (entry.path !== path) findings.add('name_normalized', entry.path)
  return entry
}

/** Every sample document with its place (`file:byte` or its own file). */
async function* readDocs(
  tree: FileTree,
  entries: readonly TreeEntry[],
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<{ doc: Doc; place: string }> {
  if (entries.some((entry) => entry.path === 'samples.json')) {
    for await (const { text, position } of splitJsonArray(
      tree.stream('samples.json', signal),
      'samples',
      'samples.json',
    )) {
      const place = `samples.json at byte ${position}`
      const doc = parseDoc(text)
      if (doc) yield { doc, place }
      else findings.add('broken_row', place)
    }
    return
  }
  for (const { path } of entries.filter((entry) => /^samples\/[^/]+\.json$/.test(entry.path))) {
    const doc = parseDoc(new TextDecoder().decode(await tree.read(path, maxSampleFileBytes, signal)))
    if (doc) yield { doc, place: path }
    else findings.add('broken_row', path)
  }
}

function parseDoc(text: string): Doc | null {
  try {
    const value = parseExtendedJson(text)
    return isRecord(value) ? value : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

async function* batchUp<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length === size) {
      yield batch
      batch = []
    }
  }
  if (batch.length > 0) yield batch
}
