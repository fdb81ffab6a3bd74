// FiftyOneDataset, as exported or as pushed to the Hub: metadata.json, samples.json (or samples/), images anywhere below.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { isRecord, toText } from './column-values.ts'
import type { DatasetReader, FileTree, ReadOptions, SampleBatch, TreeEntry } from './dataset-reader.ts'
import { parseExtendedJson, parseShallowJson } from './extended-json.ts'
import { createFiftyoneInterpreter, type Doc, type FiftyoneInterpreter } from './fiftyone-fields.ts'
import { readFiftyoneMetadata } from './fiftyone-metadata.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { readKeptFiles } from './fiftyone-kept-files.ts'
import { readTerms } from './foible-schema.ts'
import { isImagePath } from './image-type.ts'
import { describeMedia, type IndexedImage, missingImage } from './indexed-image.ts'
import { createPathIndex, type PathIndex } from './path-index.ts'
import { maxDocumentBytes } from './limits.ts'
import { NameSet } from './name-set.ts'
import { normalizeRelativePath } from './safe-path.ts'
import { splitJsonArray } from './split-json-array.ts'
import { splitOfTag } from './splits.ts'

/** Few: what a document is parsed into takes several times its text. */
const batchDocs = 512

/** A document with its image, which may not be there. */
interface Located {
  readonly doc: Doc
  /** As it stands in the source. */
  readonly text: string
  readonly image: IndexedImage
  readonly tags: readonly string[]
  readonly split: string | null
}

export const fiftyoneReader: DatasetReader = {
  format: 'fiftyone',
  recognise({ paths, fiftyoneFormat }) {
    if (fiftyoneFormat !== null) {
      return fiftyoneFormat === 'FiftyOneDataset' ? 'fiftyone.yml names the format FiftyOneDataset.' : null
    }
    const isExport =
      paths.includes('metadata.json') && paths.some((path) => path === 'samples.json' || path.startsWith('samples/'))
    return isExport ? 'metadata.json and samples are there, as FiftyOne exports them.' : null
  },
  async read(tree, entries, options, reason) {
    const metadata = await readFiftyoneMetadata(tree, options.signal)
    const { findings, first, rest } = await startLocating(tree, entries, metadata.foible !== null, options)
    const interpreter = createFiftyoneInterpreter(
      metadata,
      first.map(({ doc }) => doc),
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
      ...readTerms(metadata.foible),
      keptFiles: readKeptFiles(tree, entries, findings, options.signal),
      batches: toBatches(first, rest, interpreter, prefix, options.signal),
      findings: findings.list,
    }
  },
}

interface Locating {
  readonly findings: FindingLog
  readonly first: readonly Located[]
  readonly rest: AsyncGenerator<readonly Located[]>
}

/**
 * The first documents and the way to the others. Those without an image are passed over, unless the dataset is an export of
 * Foible's or none has one: then each is a sample whose image is not here. Throws `empty_source` if there is no document.
 */
async function startLocating(
  tree: FileTree,
  entries: readonly TreeEntry[],
  isExport: boolean,
  options: ReadOptions,
): Promise<Locating> {
  const hasImages = entries.some((entry) => isImagePath(entry.path))
  for (const keepsMissing of isExport || !hasImages ? [true] : [false, true]) {
    const findings = createFindingLog()
    const rest = batchUp(locateDocs(tree, entries, keepsMissing, options, findings), batchDocs)
    const first = await rest.next()
    if (!first.done) return { findings, first: first.value, rest }
  }
  throw new FoibleError(
    'empty_source',
    `No document in “${tree.name}” names an image; export it from FiftyOne again, or choose another split.`,
    { name: tree.name, split: options.split },
  )
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
    fileNames: batch.map(({ image }) => (image.path.startsWith(prefix) ? image.path.slice(prefix.length) : image.path)),
    ...describeMedia(batch.map(({ image }) => image)),
    splits: batch.map(({ split }) => split),
    tags: batch.map(({ tags }) => tags),
    documents: batch.map(({ text }) => text),
  }
}

/** The documents that are asked for and whose images are there (or all), in the order of samples.json; the others become findings. */
async function* locateDocs(
  tree: FileTree,
  entries: readonly TreeEntry[],
  keepsMissing: boolean,
  options: ReadOptions,
  findings: FindingLog,
): AsyncGenerator<Located> {
  const images = entries.filter((entry) => isImagePath(entry.path))
  const index = createPathIndex(images)
  const used = new NameSet()
  let left = options.maxSamples ?? Infinity
  for await (const { doc, text, place } of readDocs(tree, entries, findings, options.signal)) {
    const image = findImage(doc['filepath'], place, index, keepsMissing, findings)
    if (!image) continue
    if (!used.add(image.path)) {
      findings.add('duplicate_row', image.path)
      continue
    }
    const tags = Array.isArray(doc['tags']) ? doc['tags'].filter((tag): tag is string => typeof tag === 'string') : []
    const own = doc['split']
    const split = typeof own === 'string' ? own : (tags.map(splitOfTag).find((name) => name !== null) ?? null)
    if (options.split !== null && split !== options.split) continue
    yield { doc, text, image, tags, split }
    if (--left <= 0) return
  }
  // Masks and heat maps are noted with the other media.
  for (const { path } of images)
    if (!path.startsWith('fields/') && used.add(path)) findings.add('file_not_listed', path)
}

function findImage(
  filepath: unknown,
  place: string,
  index: PathIndex,
  keepsMissing: boolean,
  findings: FindingLog,
): IndexedImage | null {
  const path = typeof filepath === 'string' ? normalizeRelativePath(filepath) : null
  if (path === null) {
    findings.add('unsafe_path', `${place}: ${toText(filepath)}`)
    return null
  }
  const entry = index.find(path)
  if (entry) {
    if (entry.path !== path) findings.add('name_normalized', entry.path)
    return entry
  }
  if (keepsMissing && isImagePath(path)) return missingImage(path)
  findings.add(isImagePath(path) ? 'row_without_file' : 'not_an_image', `${place}: ${path}`)
  return null
}

/** Every sample document with its place (`file:byte` or its own file). */
async function* readDocs(
  tree: FileTree,
  entries: readonly TreeEntry[],
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<{ doc: Doc; text: string; place: string }> {
  if (entries.some((entry) => entry.path === 'samples.json')) {
    for await (const { text, position } of splitJsonArray(
      tree.stream('samples.json', signal),
      'samples',
      'samples.json',
    )) {
      const place = `samples.json at byte ${position}`
      const doc = parseDoc(text, parseShallowJson)
      if (doc) yield { doc, text, place }
      else findings.add('broken_row', place)
    }
    return
  }
  for (const { path } of entries.filter((entry) => /^samples\/[^/]+\.json$/.test(entry.path))) {
    const text = new TextDecoder().decode(await tree.read(path, maxDocumentBytes, signal))
    const doc = parseDoc(text, parseExtendedJson)
    if (doc) yield { doc, text, place: path }
    else findings.add('broken_row', path)
  }
}

function parseDoc(text: string, parse: (text: string) => unknown): Doc | null {
  try {
    const value = parse(text)
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
