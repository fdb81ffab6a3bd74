// The multi-label annotations of ImageNet-M (Vasudevan et al. 2022) and its forebears: which labels reviewers found right, wrong
// or unclear in a validation image, and which images are not fit to be scored.
import { z } from 'zod'
import { imagenetIdOfWnid } from '#core/facts/imagenet-id-of-wnid.ts'
import { brokenLabels } from './broken-labels.ts'

export interface MultiLabel {
  /** Whether its labels were reviewed; else the image is only named. */
  readonly isReviewed: boolean
  /** What counts as a right answer, as the field scores it: the correct labels and the unclear ones. ImageNet ids, ascending. */
  readonly accepted: readonly number[]
  readonly correct: readonly number[]
  readonly wrong: readonly number[]
  /** Reviewers could not decide, or disagreed. */
  readonly unclear: readonly number[]
  /** Why the image is not fit to be scored ('' where no reason is given); null for the others. */
  readonly problem: string | null
  /** One of the images on which a good model still makes a major mistake. */
  readonly inImagenetM: boolean
}

export interface MultiLabels {
  /** By file name, e.g. `ILSVRC2012_val_00000612.JPEG`. */
  readonly images: ReadonlyMap<string, MultiLabel>
  /** WordNet ids that are none of ImageNet-1k's. */
  readonly unknownWnids: readonly string[]
}

const wnids = z.array(z.string()).nullish()
const shape = z
  .object({
    initial_annots: z.record(z.string(), z.object({ correct: wnids, wrong: wnids, unclear: wnids })).nullish(),
    problematic_images: z.record(z.string(), z.object({ reason: z.string().nullish() }).nullable()).nullish(),
    imagenet_m: z.array(z.string()).nullish(),
  })
  .refine((value) => value.initial_annots || value.problematic_images || value.imagenet_m)

/** Annotations by file name; any of the three keys may be absent. `json` is the parsed file. Throws `broken_file`. */
export function parseMultiLabels(json: unknown, file = 'multi-label file'): MultiLabels {
  const parsed = shape.safeParse(json)
  if (!parsed.success) throw brokenLabels(file, 'a multi-label file (initial_annots, problematic_images, imagenet_m)')
  const annotations = new Map(Object.entries(parsed.data.initial_annots ?? {}))
  const problems = new Map(Object.entries(parsed.data.problematic_images ?? {}))
  const hard = new Set(parsed.data.imagenet_m)
  const unknownWnids = new Set<string>()
  const toIds = (names: readonly string[] | null | undefined) => {
    const ids = (names ?? []).flatMap((wnid) => {
      const id = imagenetIdOfWnid(wnid)
      if (id === undefined) unknownWnids.add(wnid)
      return id ?? []
    })
    return [...new Set(ids)].sort((a, b) => a - b)
  }
  const images = new Map<string, MultiLabel>()
  for (const name of new Set([...annotations.keys(), ...problems.keys(), ...hard])) {
    const { correct, wrong, unclear } = annotations.get(name) ?? {}
    images.set(name, {
      isReviewed: annotations.has(name),
      accepted: toIds([...(correct ?? []), ...(unclear ?? [])]),
      correct: toIds(correct),
      wrong: toIds(wrong),
      unclear: toIds(unclear),
      problem: problems.has(name) ? (problems.get(name)?.reason ?? '') : null,
      inImagenetM: hard.has(name),
    })
  }
  return { images, unknownWnids: [...unknownWnids] }
}
