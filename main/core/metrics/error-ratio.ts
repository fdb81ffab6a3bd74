// How much more often a model errs on some images than on all of them, as ImageNet-X reports it for its factors.
import type { Interval } from '../statistics/interval.ts'
import { koopmanInterval } from '../statistics/ratio-interval.ts'

export interface ErrorCounts {
  readonly n: number
  readonly wrong: number
}

export interface ErrorRatio {
  /** `(1 - acc_factor) / (1 - acc_all)`. B. Y. Idrissi et al., ImageNet-X, ICLR 2023. */
  readonly ratio: number
  readonly interval: Interval
}

/**
 * `part` lies within `all`. The interval: Koopman's for part against rest, which are different images; with w the part's
 * share of all images, a ratio r of part to rest is the ratio r / (w r + 1 - w) of part to all. null where nothing is
 * wrong at all, or the part has no image.
 */
export function errorRatio(part: ErrorCounts, all: ErrorCounts): ErrorRatio | null {
  if (part.n === 0 || all.wrong === 0) return null
  const ratio = part.wrong / part.n / (all.wrong / all.n)
  const rest = { n: all.n - part.n, wrong: all.wrong - part.wrong }
  if (rest.n === 0) return { ratio, interval: [1, 1] }
  const share = part.n / all.n
  const toAll = (r: number) => (r === Infinity ? 1 / share : r / (share * r + 1 - share))
  const [lower, upper] = koopmanInterval(part.wrong, part.n, rest.wrong, rest.n)
  return { ratio, interval: [toAll(lower), toAll(upper)] }
}
