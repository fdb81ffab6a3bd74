// Says which readers a tree of files is for, and why, in the order that keeps one layout from being taken for another.
import { z } from 'zod'
import { FoibleError } from '#core/errors.ts'
import { type DatasetCard, readDatasetCard } from './dataset-card.ts'
import type { DatasetReader, FileTree, TreeEntry, TreeOutline } from './dataset-reader.ts'
import { createHeadReader } from './file-head.ts'
import { parseYaml } from './parse-yaml.ts'
import { datasetReaders } from './readers.ts'
import { extension } from './safe-path.ts'
import { splitsByCard } from './splits.ts'

const maxYamlBytes = 1 << 20
const fiftyoneShape = z.object({ format: z.string() })

/** Layouts that are known and not read, by the extension of their files, with the way out. */
const unreadable: Readonly<Record<string, string>> = {
  tgz: 'a compressed archive (.tgz); gunzip it, so that its members can be read where they lie',
  gz: 'a compressed archive (.gz); gunzip it, so that its members can be read where they lie',
  arrow: 'Arrow files (.arrow); write them as Parquet (datasets: to_parquet)',
  tfrecord: 'TFRecord files; convert them to an image folder, Parquet or WebDataset',
  h5: 'an HDF5 file; convert it to an image folder or Parquet',
  npz: 'NumPy files (.npz); convert them to an image folder or Parquet',
  npy: 'NumPy files (.npy); convert them to an image folder or Parquet',
}

export interface Detection {
  readonly reader: DatasetReader
  readonly reason: string
}

/**
 * Every format that the tree fits, the likeliest first: fiftyone.yml, what the card lists, then Parquet, tar, annotations,
 * tables, folders of images. Throws `empty_source` if it fits none, `unsupported_format` for what Foible knows and does not read.
 */
export async function detectFormats(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<readonly [Detection, ...Detection[]]> {
  const allPaths = entries.map((entry) => entry.path)
  const chosen = tree.chosen ?? null
  const all = chosen === null ? allPaths : [chosen]
  const card = await readDatasetCard(tree, entries, signal)
  const fiftyoneFormat = await readFiftyoneFormat(tree, all, signal)
  const head = createHeadReader(tree, signal)
  const subject = chosen === null ? 'The folder holds' : 'There is'
  const open = async (path: string) => await tree.open(path, signal)
  const whole: TreeOutline = { paths: all, allPaths, chosen, card, subject, fiftyoneFormat, head, open }
  const listed = chosen === null ? listedByCard(all, card) : []
  const outlines = listed.length > 0 ? [{ ...whole, paths: listed, subject: 'The card lists' }, whole] : [whole]
  const found = new Map<DatasetReader, string>()
  for (const outline of outlines) {
    for (const reader of datasetReaders) {
      const reason = found.has(reader) ? null : await reader.recognise(outline)
      if (reason !== null) found.set(reader, reason)
    }
  }
  const [first, ...others] = [...found].map(([reader, reason]): Detection => ({ reader, reason }))
  if (first !== undefined) return [first, ...others]
  if (fiftyoneFormat !== null) throw unsupported(`FiftyOne’s ${fiftyoneFormat}; export it as FiftyOneDataset`)
  const kind = all.map((path) => unreadable[extension(path)]).find((name) => name !== undefined)
  if (kind) throw unsupported(kind)
  throw new FoibleError(
    'empty_source',
    `“${tree.name}” holds nothing that Foible could import (${entries.length} files, no image); choose a folder with images, a Parquet file, a tar of images or a FiftyOne export.`,
    { name: tree.name, files: entries.length },
  )
}

/** The files of the card's configuration; none where it does not say. */
function listedByCard(paths: readonly string[], { dataFiles, dataDir }: DatasetCard): readonly string[] {
  if (dataFiles !== null) return [...splitsByCard(paths, dataFiles).keys()]
  return dataDir === null ? [] : paths.filter((path) => path.startsWith(`${dataDir}/`))
}

async function readFiftyoneFormat(
  tree: FileTree,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<string | null> {
  const file = paths.find((path) => path === 'fiftyone.yml' || path === 'fiftyone.yaml')
  if (file === undefined) return null
  let value: unknown
  try {
    value = parseYaml(new TextDecoder().decode(await tree.read(file, maxYamlBytes, signal)))
  } catch (cause) {
    if (cause instanceof FoibleError) throw cause
    throw new FoibleError('broken_file', `“${file}” is not valid YAML; mend it or remove it.`, { file }, { cause })
  }
  const parsed = fiftyoneShape.safeParse(value)
  if (parsed.success) return parsed.data.format.split('.').at(-1) ?? parsed.data.format
  throw new FoibleError('broken_file', `“${file}” names no format; add a line “format: FiftyOneDataset”.`, { file })
}

function unsupported(what: string): FoibleError {
  return new FoibleError('unsupported_format', `This is ${what}.`, { format: what })
}
