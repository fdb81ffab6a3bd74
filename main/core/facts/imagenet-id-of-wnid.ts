// Finds an ILSVRC-2012 class by its WordNet id, as folders and multi-label files name it.
import { imagenet1kClasses } from './imagenet-1k.ts'

const idByWnid: ReadonlyMap<string, number> = new Map(imagenet1kClasses.map(({ wnid }, id) => [wnid, id]))

/** The index 0..999 of the class `n01440764`; undefined if ILSVRC-2012 has no such class. */
export function imagenetIdOfWnid(wnid: string): number | undefined {
  return idByWnid.get(wnid)
}
