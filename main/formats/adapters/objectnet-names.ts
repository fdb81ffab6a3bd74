// ObjectNet's class folders, their names, and which of them are ImageNet's: by the release's own `mappings/`, else by the 113
// names that ImageNet-D took from it.
import { z } from 'zod'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { imagenetDClasses } from '#core/facts/imagenet-d.ts'
import { FoibleError } from '#core/errors.ts'
import type { FileTree, TreeEntry } from '../dataset-reader.ts'
import { parseJson } from '../parse-json.ts'
import { basename } from '../safe-path.ts'

const maxFileBytes = 4 << 20
const texts = z.record(z.string(), z.string())

export interface ObjectNetNames {
  labelOf(folder: string): string
  /** Accepted ImageNet ids; null for a class that ImageNet does not have. */
  idsOf(folder: string): readonly number[] | null
  /** The mapping that was read; null if there is none. */
  readonly file: string | null
  /** Names in it that no ImageNet class has. */
  readonly unmatched: readonly string[]
}

const overlapByName = new Map(
  imagenetDClasses.flatMap(({ folder, name, ids }) =>
    [folder, name].map((written) => [simplify(written), ids] as const),
  ),
)

/** The ImageNet ids of a class folder that is called as one of the 113 common classes; null for the others. */
export function overlapOf(folder: string): readonly number[] | null {
  return overlapByName.get(simplify(folder)) ?? null
}

/** Throws `broken_file` for mappings that cannot be read. */
export async function readObjectNetNames(
  tree: FileTree,
  entries: readonly TreeEntry[],
  signal: AbortSignal,
): Promise<ObjectNetNames> {
  const read = async (name: string) => {
    const file = entries.find((entry) => basename(entry.path) === name)?.path
    if (file === undefined) return null
    return {
      file,
      map: new Map(Object.entries(parse(new TextDecoder().decode(await tree.read(file, maxFileBytes, signal)), file))),
    }
  }
  const labels = await read('folder_to_objectnet_label.json')
  const imagenet = await read('objectnet_to_imagenet_1k.json')
  const labelOf = (folder: string) => labels?.map.get(folder) ?? folder.replaceAll('_', ' ')
  if (labels === null || imagenet === null) return { labelOf, idsOf: overlapOf, file: null, unmatched: [] }
  const ids = new Map([...imagenet.map].map(([label, names]) => [label, names.split(';').map(idOfNames)]))
  const unmatched = [...imagenet.map].flatMap(([label, names]) =>
    names.split(';').filter((_, i) => ids.get(label)![i] === undefined),
  )
  return {
    labelOf,
    idsOf(folder) {
      const known = ids.get(labelOf(folder))?.filter((id) => id !== undefined) ?? []
      return known.length > 0 ? known : null
    },
    file: imagenet.file,
    unmatched: unmatched.map((name) => name.trim()),
  }
}

function parse(text: string, file: string): Readonly<Record<string, string>> {
  try {
    return texts.parse(parseJson(text))
  } catch (cause) {
    const message = `“${file}” is no map from names to names; get it anew or take it away.`
    throw new FoibleError('broken_file', message, { file }, { cause })
  }
}

const idBySynonyms = new Map(imagenet1kClasses.map(({ names }, id) => [names.join(', '), id]))
const idByFirst = new Map(imagenet1kClasses.map(({ names }, id) => [names[0]!, id]))

/** The class of a list of synonyms as ImageNet writes it (`analog clock`, `mountain bike, all-terrain bike, off-roader`). */
function idOfNames(names: string): number | undefined {
  const text = names.trim()
  return idBySynonyms.get(text) ?? idByFirst.get(text.split(',')[0]!.trim())
}

/** Spelling apart: case, `_`, `-`, brackets, a slash and the word “or” make no difference. */
function simplify(name: string): string {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && word !== 'or')
    .join(' ')
}
