// Which ImageNet classes stand for which of ImageNet-9's: by the map of the challenge's own code where it lies beside the images,
// else by what the file names show.
import { z } from 'zod'
import { imagenetIdOfWnid } from '#core/facts/imagenet-id-of-wnid.ts'
import { FoibleError } from '#core/errors.ts'
import type { FileTree, TreeEntry } from '../dataset-reader.ts'
import { parseJson } from '../parse-json.ts'
import { basename } from '../safe-path.ts'
import { nineClasses, parseNinePath } from './imagenet-9-names.ts'

const maxFileBytes = 1 << 20
/** `{"151": 0, …}`: the nine classes are 0 to 8, -1 is none of them. */
const mapShape = z.record(z.string().regex(/^\d{1,3}$/), z.number().int().min(-1).lt(nineClasses.length))

export interface NineMap {
  /** Index of the class by ImageNet id. */
  readonly classOf: ReadonlyMap<number, number>
  /** ImageNet ids by index of the class, ascending. */
  readonly idsOf: readonly (readonly number[])[]
  /** The map's file; null if it comes from the file names. */
  readonly file: string | null
  /** WordNet ids that file names show in several classes. */
  readonly conflicts: readonly string[]
}

/** Throws `broken_file` for a map that cannot be read. */
export async function readNineMap(
  tree: FileTree,
  entries: readonly TreeEntry[],
  paths: readonly string[],
  signal: AbortSignal,
): Promise<NineMap> {
  const file = entries.find((entry) => basename(entry.path) === 'in_to_in9.json')?.path
  if (file === undefined) return deriveMap(paths)
  const text = new TextDecoder().decode(await tree.read(file, maxFileBytes, signal))
  const pairs = Object.entries(parseMap(text, file)).map(([id, index]) => [Number(id), index] as const)
  return toMap(new Map(pairs.filter(([, index]) => index >= 0)), file, [])
}

function parseMap(text: string, file: string): Readonly<Record<string, number>> {
  try {
    return mapShape.parse(parseJson(text))
  } catch (cause) {
    const message = `“${file}” is no map from ImageNet’s classes to 0 … 8 or -1; get it anew or take it away.`
    throw new FoibleError('broken_file', message, { file }, { cause })
  }
}

function deriveMap(paths: readonly string[]): NineMap {
  const classOf = new Map<number, number>()
  const conflicts = new Map<number, string>()
  for (const path of paths) {
    const image = parseNinePath(path)
    const wnid = image?.own ?? null
    const id = wnid === null ? undefined : imagenetIdOfWnid(wnid)
    if (image === null || id === undefined) continue
    const known = classOf.get(id)
    if (known !== undefined && known !== image.classIndex) conflicts.set(id, wnid!)
    classOf.set(id, image.classIndex)
  }
  for (const id of conflicts.keys()) classOf.delete(id)
  return toMap(classOf, null, [...conflicts.values()])
}

function toMap(classOf: ReadonlyMap<number, number>, file: string | null, conflicts: readonly string[]): NineMap {
  const idsOf = nineClasses.map((_, index) =>
    [...classOf].flatMap(([id, of]) => (of === index ? [id] : [])).sort((a, b) => a - b),
  )
  return { classOf, idsOf, file, conflicts }
}
