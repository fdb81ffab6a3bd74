// Whether confidence means what it says: the reliability curve and the expected calibration error.
import type { Interval } from '../statistics/interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'

/** Bins of equal width, (k/15, (k + 1)/15]. */
export const calibrationBins = 15

/** One bin's images, added up. */
export interface BinSums {
  readonly n: number
  readonly right: number
  /** Sums of the confidences and of their squares. */
  readonly confidence: number
  readonly squares: number
}

export interface ReliabilityBin {
  /** Limits of the confidence: above `from`, up to `to`. */
  readonly from: number
  readonly to: number
  readonly n: number
  readonly confidence: number
  readonly accuracy: number
  readonly wilson: Interval
}

export interface Calibration {
  readonly n: number
  readonly meanConfidence: number
  /** `sum |B| / n |acc(B) - conf(B)|`. C. Guo et al., On Calibration of Modern Neural Networks, ICML 2017. */
  readonly ece: number
  /**
   * What a perfectly calibrated model with these confidences would show by chance, for the estimate counts every bin's noise:
   * its mean, and what it stays below in 95 % of cases (normal approximation bin by bin).
   */
  readonly byChance: { readonly mean: number; readonly limit: number }
  /** Bins that have images. */
  readonly bins: readonly ReliabilityBin[]
}

/** The bin of a confidence in [0, 1]. */
export function calibrationBin(confidence: number): number {
  return Math.min(calibrationBins - 1, Math.max(0, Math.ceil(confidence * calibrationBins) - 1))
}

/** `sums` has one entry a bin; null without images. */
export function summariseCalibration(sums: readonly BinSums[]): Calibration | null {
  const n = sums.reduce((total, bin) => total + bin.n, 0)
  if (n === 0) return null
  let [ece, mean, variance, confidences] = [0, 0, 0, 0]
  const bins: ReliabilityBin[] = []
  for (const [index, { n: count, right, confidence, squares }] of sums.entries()) {
    if (count === 0) continue
    confidences += confidence
    ece += Math.abs(right - confidence) / n
    // The number of right answers is a sum of independent yes or no: its variance is the sum of c (1 - c).
    const spread = Math.max(0, confidence - squares)
    mean += Math.sqrt((2 * spread) / Math.PI) / n
    variance += (spread * (1 - 2 / Math.PI)) / (n * n)
    bins.push({
      from: index / calibrationBins,
      to: (index + 1) / calibrationBins,
      n: count,
      confidence: confidence / count,
      accuracy: right / count,
      wilson: wilsonInterval(right, count),
    })
  }
  return {
    n,
    meanConfidence: confidences / n,
    ece,
    byChance: { mean, limit: mean + 1.645 * Math.sqrt(variance) },
    bins,
  }
}
