// A dataset's class names as words that a text encoder can read: what stands in the place of `{}` in a prompt. Pure.
import { imagenet1kClasses } from '../facts/imagenet-1k.ts'
import { imagenetDClasses } from '../facts/imagenet-d.ts'
import { wnidToId } from './wnids.ts'

const imagenetDNames: ReadonlyMap<string, string> = new Map(
  imagenetDClasses.flatMap(({ folder, name, display }) => [
    [folder, display],
    [name, display],
  ]),
)

/**
 * WordNet ids become ImageNet's names, ImageNet-D's classes what its authors ask with, and underscores blanks. Two classes of one
 * name ("crane", "maillot") take their next synonym where they have one, so that not both are asked for with the same words.
 */
export function promptNames(classes: readonly string[]): string[] {
  const taken = new Set<string>()
  return classes.map((name) => {
    const candidates = namesOf(name)
    const chosen = candidates.find((candidate) => !taken.has(candidate)) ?? candidates[0] ?? name
    taken.add(chosen)
    return chosen
  })
}

function namesOf(name: string): readonly string[] {
  const id = wnidToId(name)
  if (id !== null) return imagenet1kClasses[id]?.names ?? [name]
  const known = imagenetDNames.get(name)
  return [known ?? inWords(name)]
}

function inWords(name: string): string {
  const words = name
    .normalize('NFC')
    .replaceAll(/[_\s]+/g, ' ')
    .trim()
  return words === '' ? name : words
}
