// FiftyOneImageClassificationDataset: images in `data/`, their labels in `labels.json`, keyed by file name without extension.
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import { isRecord, toText } from './column-values.ts'
import type { DatasetReader, FileHead, FileTree, TreeEntry, TreeOutline } from './dataset-reader.ts'
import { createHeadReader } from './file-head.ts'
import { createImageFinder, type FoundImage } from './find-image.ts'
import { createFindingLog, type FindingLog } from './finding-log.ts'
import { type ImageRow, ImageRows } from './image-rows.ts'
import { isImagePath } from './image-type.ts'
import { missingImage } from './indexed-image.ts'
import { parseJsonFile } from './parse-json.ts'
import { basename, dirname, normalizeRelativePath } from './safe-path.ts'
import { splitOfName } from './splits.ts'

const formatName = 'FiftyOneImageClassificationDataset'
/** Labels of several million images. */
const maxLabelsBytes = 400 << 20

export const fiftyoneClassificationReader: DatasetReader = {
  format: 'fiftyone-classification',
  async recognise({ paths, fiftyoneFormat, head }) {
    if (fiftyoneFormat !== null && fiftyoneFormat !== formatName) return null
    const [file] = await findLabelFiles(paths, head)
    if (file === undefined) return null
    return fiftyoneFormat === formatName
      ? `fiftyone.yml names the format ${formatName}.`
      : `${file} gives classes and labels as ${formatName} does.`
  },
  async read(tree, entries, options, reason) {
    const { signal } = options
    const findings = createFindingLog()
    const paths = tree.chosen === undefined ? entries.map(({ path }) => path) : [tree.chosen]
    const files = await findLabelFiles(paths, createHeadReader(tree, signal))
    const images = entries.filter(({ path }) => isImagePath(path))
    const rows = new ImageRows(findings)
    const classes = new Set<string>()
    for (const file of files) {
      const document = await readLabels(tree, file, signal)
      for (const name of document.classes) classes.add(name)
      const split = splitOfName(basename(dirname(file)))
      const find = await createKeyFinder(tree, file, entries, findings, signal)
      for (const [key, value] of Object.entries(document.labels)) {
        const found = find(key)
        if (found.kind === 'refused') continue
        const image = found.kind === 'image' ? found.entry : missingImage(found.path)
        rows.add({ image, split, ...readLabel(value, document.classes, key, findings) })
      }
      throwIfCancelled(signal)
    }
    if (rows.count === 0) {
      const message = `“${files[0] ?? 'labels.json'}” labels no image; export the dataset again, or import its folder of images.`
      throw new FoibleError('empty_source', message, { name: tree.name })
    }
    for (const { path } of images) if (!rows.has(path)) findings.add('file_not_listed', path)
    return {
      format: 'fiftyone-classification',
      reason,
      fields: rows.fieldSpecs(),
      labelField: 'ground_truth',
      classes: classes.size > 0 ? [...classes] : null,
      description: null,
      license: null,
      batches: rows.batches(options),
      findings: findings.list,
    }
  },
}

/** Files `labels.json` of this form: at the root, or one in each split's folder. */
async function findLabelFiles(paths: readonly string[], head: TreeOutline['head']): Promise<readonly string[]> {
  const candidates = paths.filter((path) => basename(path) === 'labels.json' && path.split('/').length <= 2)
  const found: string[] = []
  for (const path of candidates) if (beginsLikeLabels(await head(path))) found.push(path)
  return found
}

function beginsLikeLabels({ bytes }: FileHead): boolean {
  const text = new TextDecoder().decode(bytes)
  return /^\s*\{\s*(?:"classes"\s*:\s*(?:null|\[)|"labels"\s*:\s*\{)/.test(text)
}

interface LabelDocument {
  readonly classes: readonly string[]
  readonly labels: Readonly<Record<string, unknown>>
}

async function readLabels(tree: FileTree, file: string, signal: AbortSignal): Promise<LabelDocument> {
  const value = await readJson(tree, file, signal)
  const labels = isRecord(value) ? value['labels'] : null
  if (!isRecord(value) || !isRecord(labels)) {
    throw new FoibleError('broken_file', `“${file}” has no object “labels”; export the dataset again.`, { file })
  }
  const classes = Array.isArray(value['classes']) ? value['classes'].map(toText) : []
  return { classes, labels }
}

async function readJson(tree: FileTree, file: string, signal: AbortSignal): Promise<unknown> {
  return parseJsonFile(await tree.read(file, maxLabelsBytes, signal), file, 'export the dataset again')
}

/** Finds the image of a key: below `data/` with its extension or without, or as the manifest `data.json` says. */
async function createKeyFinder(
  tree: FileTree,
  file: string,
  entries: readonly TreeEntry[],
  findings: FindingLog,
  signal: AbortSignal,
): Promise<(key: string) => FoundImage> {
  const base = dirname(file)
  const inBase = (path: string) => (base === '' ? path : `${base}/${path}`)
  const folder = `${inBase('data')}/`
  const images = entries.filter(({ path }) => isImagePath(path))
  const byKey = new Map<string, TreeEntry>()
  for (const entry of images) {
    if (!entry.path.startsWith(folder)) continue
    const key = entry.path.slice(folder.length)
    // Both keys of one file; where two files differ by their extensions only, the first has the short key.
    const short = key.replace(/\.[^./]*$/, '')
    byKey.set(key, entry)
    if (byKey.has(short)) findings.add('ambiguous_path', entry.path)
    else byKey.set(short, entry)
  }
  // What FiftyOne writes in place of the images (`export_media="manifest"`): their paths by key.
  const manifestFile = entries.find(({ path }) => path === inBase('data.json'))?.path
  const manifest = manifestFile === undefined ? null : await readJson(tree, manifestFile, signal)
  const finder = createImageFinder(tree, images, findings)
  return (key) => {
    const target = isRecord(manifest) ? manifest[key] : null
    if (typeof target === 'string') return finder.find(target, { bases: [base], file, place: `${file}: ${key}` })
    const path = normalizeRelativePath(key)
    if (path === null) {
      findings.add('unsafe_path', `${file}: ${key}`)
      return { kind: 'refused' }
    }
    const entry = byKey.get(path) ?? byKey.get(path.normalize('NFC')) ?? byKey.get(path.normalize('NFD'))
    return entry ? { kind: 'image', entry } : { kind: 'missing', path: `${folder}${path}` }
  }
}

/** A label is a number of a class, a name, nothing, or an object with confidence and attributes beside one of these. */
function readLabel(
  value: unknown,
  classes: readonly string[],
  key: string,
  findings: FindingLog,
): Pick<ImageRow, 'label' | 'fields'> {
  if (Array.isArray(value) && value.length > 1) findings.add('further_labels', key)
  const first: unknown = Array.isArray(value) ? value[0] : value
  if (!isRecord(first)) return { label: toClass(first, classes, key, findings), fields: {} }
  const { label, confidence, attributes } = first
  const fields = {
    ...(confidence === undefined ? {} : { confidence }),
    ...(isRecord(attributes) ? attributes : {}),
  }
  return { label: toClass(label, classes, key, findings), fields }
}

function toClass(value: unknown, classes: readonly string[], key: string, findings: FindingLog): string | null {
  if (value === null || value === undefined || value === '') return null
  if (typeof value === 'string') return value
  if (typeof value !== 'number') {
    findings.add('unknown_type', key)
    return null
  }
  if (classes.length === 0) return String(value)
  const name = classes[value]
  if (name === undefined) findings.add('label_out_of_range', `${key}: ${value}`)
  return name ?? null
}
