// WordNet ids in the names of classes and folders.
import { imagenetIdOfWnid } from '../facts/imagenet-id-of-wnid.ts'

/** The ImageNet-1k id of a name that is a WordNet id or begins with one ("n01440764", "n01440764_tench"); null for others. */
export function wnidToId(name: string): number | null {
  const wnid = /^n\d{8}(?=$|[\s_.-])/.exec(name)?.[0]
  return wnid === undefined ? null : (imagenetIdOfWnid(wnid) ?? null)
}
