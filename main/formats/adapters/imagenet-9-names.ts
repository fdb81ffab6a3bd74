// How ImageNet-9 (Xiao et al. 2020, “Noise or Signal”) names its variations, classes and files.
import { basename } from '../safe-path.ts'

/** In the order of the class folders `00_dog` … `08_fish`. */
export const nineClasses: readonly string[] = [
  'dog',
  'bird',
  'wheeled vehicle',
  'reptile',
  'carnivore',
  'insect',
  'musical instrument',
  'primate',
  'fish',
]

/** What was done with foreground and background. */
export const variations: readonly string[] = [
  'original',
  'mixed_same',
  'mixed_rand',
  'mixed_next',
  'only_fg',
  'no_fg',
  'only_bg_b',
  'only_bg_t',
]

const classFolder = /^0([0-8])_(.+)$/
const mixedName = /^fg_(n\d{8})_.*?bg_(n\d{8})_/
const plainName = /(?:^|_)(n\d{8})_/

export interface NineImage {
  readonly classIndex: number
  /** null where the folders do not say, e.g. the variation's folder was chosen itself. */
  readonly variation: string | null
  readonly split: string | null
  /** WordNet id of the image that the folder's class is about, whatever of it is left; null where the name has none. */
  readonly own: string | null
  /** WordNet ids of what is to be seen. */
  readonly foreground: string | null
  readonly background: string | null
}

/** What the path of an image says; null for a path of another layout. */
export function parseNinePath(path: string): NineImage | null {
  const folders = path.split('/').slice(0, -1)
  const match = classFolder.exec(folders.at(-1) ?? '')
  const classIndex = Number(match?.[1])
  if (match === null || !nameFits(match[2]!, nineClasses[classIndex]!)) return null
  const variation = folders.find((folder) => variations.includes(folder)) ?? null
  const split = folders.find((folder) => folder === 'val' || folder === 'train') ?? null
  const mixed = mixedName.exec(basename(path))
  const own = mixed?.[1] ?? plainName.exec(basename(path))?.[1] ?? null
  return {
    classIndex,
    variation,
    split: split === 'val' ? 'validation' : split,
    own,
    foreground: variation === 'no_fg' || variation?.startsWith('only_bg') ? null : own,
    background: mixed?.[2] ?? (variation === 'only_fg' || variation === null ? null : own),
  }
}

/** `wheeled vehicle`, `wheeled_vehicle` and `vehicle` are one. */
function nameFits(folder: string, name: string): boolean {
  const plain = folder.toLowerCase().replaceAll('_', ' ')
  return plain === name || plain === name.split(' ').at(-1)
}
