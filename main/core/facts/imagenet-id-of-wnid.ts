// Finds an ILSVRC-2012 class by its WordNet id, as folders and multi-label files name it.
import { imagenet1kClasses } from './imagenet-1k.ts'

let idByWnid: ReadonlyMap<string, number> | null = null

/** The index 0..999 of the class `n01440764`; undefined if ILSVRC-2012 has no such class. */
export function imagenetIdOfWnid(wnid: string): number | undefined {
  // Made when first needed: most who import names of classes never ask, and a bundle without the question goes without the list.
  idByWnid ??= new Map(imagenet1kClasses.map((entry, id) => [entry.wnid, id]))
  return idByWnid.get(wnid)
}
