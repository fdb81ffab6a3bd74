// Which files of an image folder are its images, which of them are whose metadata, and what their folders say.
import { FoibleError } from '#core/errors.ts'
import type { DatasetCard } from './dataset-card.ts'
import type { TreeEntry } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { isImagePath } from './image-type.ts'
import { basename, dirname, extension } from './safe-path.ts'
import { splitsByCard, splitsByWords } from './splits.ts'

const companionFiles =
  /^(?:readme|licen[cs]e|copying|notice|citation|changelog)(?:\.|$)|^manifest\.json$|\.(?:md|ya?ml)$/i

export interface ChosenImages {
  readonly images: readonly TreeEntry[]
  readonly splits: ReadonlyMap<string, string>
}

/** The images of the card's configuration, or all, with their splits. */
export function chooseImages(entries: readonly TreeEntry[], card: DatasetCard, findings: FindingLog): ChosenImages {
  const images: TreeEntry[] = []
  const names = new Set<string>()
  for (const entry of entries) {
    const name = basename(entry.path)
    if (isImagePath(name)) {
      images.push(entry)
      if (names.has(name)) findings.add('duplicate_name', entry.path)
      else names.add(name)
    } else if (!isMetadataFile(name) && !companionFiles.test(name)) findings.add('not_an_image', entry.path)
  }
  const paths = images.map((entry) => entry.path)
  if (!card.dataFiles) return inDataDir(images, card.dataDir, findings)
  const splits = splitsByCard(paths, card.dataFiles)
  // Patterns may name the metadata files alone; they then speak for every image beside or below them.
  if (splits.size === 0) return { images, splits: splitsByWords(paths, true) }
  for (const path of paths) if (!splits.has(path)) findings.add('outside_config', path)
  return { images: images.filter((entry) => splits.has(entry.path)), splits }
}

/** Only what lies below the card's `data_dir`, if it names one; words of splits count from there on. */
function inDataDir(images: readonly TreeEntry[], dataDir: string | null, findings: FindingLog): ChosenImages {
  const prefix = dataDir === null ? '' : `${dataDir}/`
  const inside = images.filter(({ path }) => path.startsWith(prefix))
  for (const { path } of images) if (!path.startsWith(prefix)) findings.add('outside_config', path)
  const words = splitsByWords(
    inside.map(({ path }) => path.slice(prefix.length)),
    true,
  )
  return { images: inside, splits: new Map([...words].map(([path, split]) => [prefix + path, split])) }
}

export function isMetadataFile(path: string): boolean {
  return /^metadata\.(?:csv|jsonl|parquet)$/.test(basename(path))
}

/**
 * The metadata files that speak for the images: beside or above them, or with no image below them at all. Shallow ones come
 * first, so that the nearest to an image comes last. Throws `broken_file` where they are of several kinds, as `datasets` does.
 */
export function chooseMetadataFiles(entries: readonly TreeEntry[], images: readonly TreeEntry[]): readonly string[] {
  const all = entries.map((entry) => entry.path)
  const folders = foldersAbove(images.map(({ path }) => path))
  const foldersOfAny = foldersAbove(all.filter(isImagePath))
  const files = all
    .filter(isMetadataFile)
    .filter((file) => folders.has(dirname(file)) || !foldersOfAny.has(dirname(file)))
    .sort((a, b) => a.split('/').length - b.split('/').length)
  const [first] = files
  const other = files.find((file) => extension(file) !== extension(first ?? ''))
  if (first === undefined || other === undefined) return files
  throw new FoibleError(
    'broken_file',
    `“${first}” and “${other}” are metadata of two kinds, and a dataset may have one only; move one of them away.`,
    { file: other, first },
  )
}

/** The folders that the files lie in, and all above these. */
function foldersAbove(paths: readonly string[]): ReadonlySet<string> {
  const folders = new Set<string>(paths.length > 0 ? [''] : [])
  for (const path of paths) {
    for (let folder = dirname(path); !folders.has(folder); folder = dirname(folder)) folders.add(folder)
  }
  return folders
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
