// What class names give away: folders that a writer cut the files into, kinds of disturbance, and one class spelt twice. Pure.
import { normaliseName } from '../labels/map-classes.ts'

const chunkName = /^(?:data|chunk|part|shard|batch|split|folder|dir|images?|imgs?|files?)[-_ ]?\d+$/i

/** True where every name is that of a numbered folder (`data_0`, `chunk-12`), as writers make them. */
export function areChunkNames(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => chunkName.test(name))
}

/** Kinds of nuisance and of corruption (ImageNet-D, ImageNet-C, ImageNet-X) that a folder may be named after. */
const nuisanceNames: ReadonlySet<string> = new Set(
  `background|texture|material|style|pose|lighting|weather|viewpoint|occlusion|pattern|color|colour|shape|size|rotation
  |scale|blur|noise|contrast|brightness|fog|frost|snow|rain|spatter|saturate|pixelate|elastic|gaussian noise|shot noise
  |impulse noise|speckle noise|defocus blur|glass blur|motion blur|zoom blur|gaussian blur|elastic transform
  |jpeg compression|partial view`.split(/\s*\|/),
)

/** True where the names are kinds of nuisance, not of objects; at least two, lest an object be taken for one. */
export function areNuisanceNames(names: readonly string[]): boolean {
  return names.length > 1 && names.every((name) => nuisanceNames.has(normaliseName(name)))
}

/** Groups of names that differ only in case, width or the signs between words; in the order of the names. */
export function findNameCollisions(names: readonly string[]): string[][] {
  const groups = new Map<string, string[]>()
  for (const name of names) {
    const key = normaliseName(name)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [name])
    else group.push(name)
  }
  return [...groups.values()].filter((group) => group.length > 1)
}
