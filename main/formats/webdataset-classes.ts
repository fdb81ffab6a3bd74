// Class names of a WebDataset: shards hold numbers only, so the names come from the card or from a list beside the shards.
import type { DatasetCard } from './dataset-card.ts'
import type { FileTree, TreeEntry } from './dataset-reader.ts'
import { basename, dirname } from './safe-path.ts'

const listNames = ['classes.txt', 'class_names.txt', 'classnames.txt', 'labels.txt']
const maxListBytes = 4 << 20

/** Names in the order of their numbers; null if nothing names them. A list in the shards' folder goes before one at the root. */
export async function readClassNames(
  tree: FileTree,
  entries: readonly TreeEntry[],
  shardPath: string,
  { features: { classLabels }, foible }: DatasetCard,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const declared = foible?.classes ?? classLabels.get('cls') ?? classLabels.get('label') ?? [...classLabels.values()][0]
  if (declared !== undefined) return declared
  const files = [dirname(shardPath), ''].flatMap((folder) =>
    listNames.flatMap(
      (name) => entries.find(({ path }) => dirname(path) === folder && basename(path).toLowerCase() === name) ?? [],
    ),
  )
  const [file] = files
  if (file === undefined || file.sizeBytes > maxListBytes) return null
  const text = new TextDecoder().decode(await tree.read(file.path, maxListBytes, signal))
  const lines = text.split('\n').map((line) => line.trim())
  while (lines.at(-1) === '') lines.pop()
  return lines.length > 0 ? lines : null
}
