// ReaL (Beyer et al. 2020, “Are we done with ImageNet?”): `real.json`, the ids that raters saw in each ImageNet validation image.
import { z } from 'zod'
import { imagenet1kClasses } from '#core/facts/imagenet-1k.ts'
import { brokenLabels } from './broken-labels.ts'

const shape = z.array(z.array(z.number().int().min(0).lt(imagenet1kClasses.length))).min(1)
const validationImages = 50_000

/**
 * The accepted ImageNet ids by file name: entry `i` speaks of `ILSVRC2012_val_{i+1:08d}.JPEG`. No ids means that no label fits
 * the image, and that it is not to be scored. `json` is the parsed file. Throws `broken_file`.
 */
export function parseReal(json: unknown, file = 'real.json'): ReadonlyMap<string, readonly number[]> {
  const parsed = shape.safeParse(json)
  if (!parsed.success || parsed.data.length > validationImages) {
    throw brokenLabels(file, 'a list of at most 50,000 lists of ImageNet ids')
  }
  return new Map(parsed.data.map((ids, i) => [`ILSVRC2012_val_${String(i + 1).padStart(8, '0')}.JPEG`, ids]))
}
