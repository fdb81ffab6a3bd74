// Says which reader a tree of files is for, and why, in the order that keeps one layout from being taken for another.
import { parse } from 'yaml'
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import { readDatasetCard } from './dataset-card.ts'
import type { DatasetReader, FileTree, TreeEntry } from './dataset-reader.ts'
import { fiftyoneTreeReader } from './fiftyone-tree.ts'
import { fiftyoneReader } from './fiftyone.ts'
import { imagefolderReader, isMetadataFile } from './imagefolder.ts'
import { isImagePath } from './image-type.ts'
import { parquetReader } from './parquet.ts'
import { extension } from './safe-path.ts'
import { splitsByCard } from './splits.ts'

const maxYamlBytes = 1 << 20
const fiftyoneShape = z.object({ format: z.string() })

/** Layouts that are recognised and not read, by the extension of their files. */
const unreadable: Readonly<Record<string, string>> = {
  tar: 'WebDataset shards (.tar)',
  tgz: 'a .tgz archive',
  gz: 'a compressed archive (.gz)',
  zip: 'a .zip archive',
  arrow: 'Arrow files (.arrow)',
  tfrecord: 'TFRecord files',
  h5: 'an HDF5 file',
  npz: 'NumPy files (.npz)',
}

export interface Detection {
  readonly reader: DatasetReader
  readonly reason: string
}

/**
 * fiftyone.yml, then the card's `configs`, then Parquet, archives, metadata files, folders of images.
 * Throws `empty_source` if nothing of that is there, `unsupported_format` for what Foible knows and does not read.
 */
export async function detectFormat(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<Detection> {
  const paths = entries.map((entry) => entry.path)
  const byYaml = await detectFiftyone(tree, paths, signal)
  if (byYaml) return byYaml
  const card = await readDatasetCard(tree, entries, signal)
  if (card.dataFiles) {
    const listed = detectFiles([...splitsByCard(paths, card.dataFiles).keys()], 'The card lists')
    if (listed) return listed
  }
  const found = detectFiles(paths, 'The folder holds')
  if (found) return found
  const kind = paths.map((path) => unreadable[extension(path)]).find((name) => name !== undefined)
  if (kind) throw unsupported(kind)
  throw new FoibleError(
    'empty_source',
    `“${tree.name}” holds nothing that Foible could import (${entries.length} files, no image); choose a folder with images, a Parquet file or a FiftyOne export.`,
    { name: tree.name, files: entries.length },
  )
}

async function detectFiftyone(
  tree: FileTree,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<Detection | null> {
  const file = paths.find((path) => path === 'fiftyone.yml' || path === 'fiftyone.yaml')
  if (file === undefined) {
    const exported =
      paths.includes('metadata.json') &&
      (paths.includes('samples.json') || paths.some((path) => path.startsWith('samples/')))
    return exported
      ? { reader: fiftyoneReader, reason: 'metadata.json and samples are there, as FiftyOne exports them.' }
      : null
  }
  const format = parseFormat(new TextDecoder().decode(await tree.read(file, maxYamlBytes, signal)), file)
  const reason = `${file} names the format ${format}.`
  if (/parquet/i.test(format)) return { reader: parquetReader, reason }
  if (format === 'FiftyOneDataset') return { reader: fiftyoneReader, reason }
  if (format === 'ImageClassificationDirectoryTree') return { reader: fiftyoneTreeReader, reason }
  throw unsupported(`FiftyOne's ${format}`)
}

function parseFormat(text: string, file: string): string {
  let value: unknown
  try {
    value = parse(text)
  } catch (cause) {
    throw new FoibleError('broken_file', `“${file}” is not valid YAML; mend it or remove it.`, { file }, { cause })
  }
  const parsed = fiftyoneShape.safeParse(value)
  if (parsed.success) return parsed.data.format.split('.').at(-1) ?? parsed.data.format
  throw new FoibleError('broken_file', `“${file}” names no format; add a line “format: FiftyOneDataset”.`, { file })
}

function detectFiles(paths: readonly string[], subject: string): Detection | null {
  const parquet = paths.filter((path) => extension(path) === 'parquet' && !isMetadataFile(path))
  if (parquet.length > 0)
    return { reader: parquetReader, reason: `${subject} ${count(parquet.length, 'Parquet file')}.` }
  const images = paths.filter(isImagePath)
  if (images.length === 0 && paths.some((path) => extension(path) === 'tar')) throw unsupported(unreadable['tar'] ?? '')
  const metadata = paths.filter(isMetadataFile)
  if (metadata.length > 0) {
    return { reader: imagefolderReader, reason: `${subject} ${metadata[0]} with ${count(images.length, 'image')}.` }
  }
  if (images.length > 0)
    return { reader: imagefolderReader, reason: `${subject} ${count(images.length, 'image')} and no metadata.` }
  return null
}

function unsupported(what: string): FoibleError {
  return new FoibleError(
    'unsupported_format',
    `This is ${what}, which Foible does not read; unpack it, or convert it to an image folder or Parquet first.`,
    { format: what },
  )
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`
}
