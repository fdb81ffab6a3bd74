// What is reported of a model for every value of a field: accuracy, top five, error ratio, calibration, entropy.
import type { Bitset } from '../columns/bitset.ts'
import { rightCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
import { blockRows, takeBlock, visitRowBlocks } from '../columns/row-blocks.ts'
import type { Interval } from '../statistics/interval.ts'
import { wilsonInterval } from '../statistics/wilson.ts'
import { type Calibration, calibrationBin, calibrationBins, summariseCalibration } from './calibration.ts'
import { type ErrorRatio, errorRatio } from './error-ratio.ts'

type Numbers = Float32Array | Float64Array

/** One model's columns over all rows. */
export interface MetricColumns {
  /** 0 not judged, 1 wrong, 2 right. */
  readonly correct: Uint8Array
  /** 0 not known, 1 not among the first five, 2 among them. */
  readonly top5: Codes
  /** NaN = unknown. */
  readonly confidence: Numbers
  /** In nats; NaN = unknown. */
  readonly entropy: Numbers
}

export interface MetricsInput {
  readonly rows: Bitset
  /** The field's value of each row, 1..valueCount; 0 is missing. */
  readonly values: Codes
  readonly valueCount: number
  readonly models: readonly MetricColumns[]
  /**
   * For how many images each row stands; by default one each. Where rows stand for many, nothing is known of the single image's
   * confidence and entropy, and nothing is told of them.
   */
  readonly weights?: Float64Array | null | undefined
  /** Called every few milliseconds; it throws where nobody waits for the answer any more. */
  readonly checkpoint?: (() => void) | undefined
}

export interface ShareOf {
  readonly n: number
  readonly right: number
  readonly rate: number
  readonly wilson: Interval
}

export interface MeanOf {
  readonly n: number
  readonly mean: number
}

export interface ModelMetrics {
  /** Over the images that the model has judged. */
  readonly accuracy: ShareOf
  /** null where it is not known of every judged image: those of unknown rank are wrong ones, and leaving them out would flatter. */
  readonly top5: ShareOf | null
  /** Against all judged images under the filter, with a value or not; null for all of them together. */
  readonly errorRatio: ErrorRatio | null
  /** The others over the judged images whose confidence, or entropy, is known; null where there is none. */
  readonly calibration: Calibration | null
  readonly confidenceWhenWrong: MeanOf | null
  readonly entropy: MeanOf | null
}

export interface ValueMetrics {
  /** 0 is the row of missing values. */
  readonly valueCode: number
  /** One a model. */
  readonly models: readonly ModelMetrics[]
}

/** Metrics over all rows, and by value; values that no model has judged an image of are left out. */
export function valueMetrics(input: MetricsInput): {
  readonly overall: readonly ModelMetrics[]
  readonly values: readonly ValueMetrics[]
} {
  const { valueCount } = input
  const tallies = tally(input)
  const everything = tallies.map((sums) => addUp(sums, valueCount + 1))
  const judged = Array.from({ length: valueCount + 1 }, (_, valueCode) => valueCode).filter((valueCode) =>
    tallies.some(({ n }) => n[valueCode]! > 0),
  )
  return {
    overall: everything.map((sums) => describe(sums, 0, null)),
    values: judged.map((valueCode) => ({
      valueCode,
      models: tallies.map((sums, model) => describe(sums, valueCode, everything[model]!)),
    })),
  }
}

/** Sums by group (a value, or everything), and by group and confidence bin. */
interface Tally {
  readonly n: Float64Array
  readonly right: Float64Array
  readonly ranked: Float64Array
  readonly top5: Float64Array
  readonly wrongKnown: Float64Array
  readonly wrongConfidence: Float64Array
  readonly entropyKnown: Float64Array
  readonly entropy: Float64Array
  readonly binN: Float64Array
  readonly binRight: Float64Array
  readonly binConfidence: Float64Array
  readonly binSquares: Float64Array
}

function emptyTally(groups: number): Tally {
  const byGroup = () => new Float64Array(groups)
  const byBin = () => new Float64Array(groups * calibrationBins)
  return {
    n: byGroup(),
    right: byGroup(),
    ranked: byGroup(),
    top5: byGroup(),
    wrongKnown: byGroup(),
    wrongConfidence: byGroup(),
    entropyKnown: byGroup(),
    entropy: byGroup(),
    binN: byBin(),
    binRight: byBin(),
    binConfidence: byBin(),
    binSquares: byBin(),
  }
}

function tally({ rows: bits, values, valueCount, models, weights, checkpoint }: MetricsInput): Tally[] {
  const tallies = models.map(() => emptyTally(valueCount + 1))
  const groups = new Uint32Array(blockRows)
  visitRowBlocks(bits, (rows, count) => {
    checkpoint?.()
    takeBlock(values, rows, count, groups)
    tallies.forEach((sums, model) => {
      addAnswers(sums, models[model]!, rows, groups, count, weights ?? null)
      if (weights == null) addConfidences(sums, models[model]!, rows, groups, count)
    })
  })
  return tallies
}

function addAnswers(
  sums: Tally,
  { correct, top5 }: MetricColumns,
  rows: Uint32Array,
  groups: Uint32Array,
  count: number,
  weights: Float64Array | null,
): void {
  for (let index = 0; index < count; index++) {
    const row = rows[index]!
    const verdict = correct[row]!
    if (verdict === 0) continue
    const group = groups[index]!
    const images = weights === null ? 1 : weights[row]!
    sums.n[group]! += images
    if (verdict === rightCode) sums.right[group]! += images
    const ranked = top5[row]!
    if (ranked === 0) continue
    sums.ranked[group]! += images
    if (ranked === rightCode) sums.top5[group]! += images
  }
}

function addConfidences(
  sums: Tally,
  { correct, confidence: confidences, entropy: entropies }: MetricColumns,
  rows: Uint32Array,
  groups: Uint32Array,
  count: number,
): void {
  for (let index = 0; index < count; index++) {
    const row = rows[index]!
    const verdict = correct[row]!
    if (verdict === 0) continue
    const group = groups[index]!
    const isRight = verdict === rightCode
    const entropy = entropies[row]!
    if (!Number.isNaN(entropy)) {
      sums.entropyKnown[group]!++
      sums.entropy[group]! += entropy
    }
    const confidence = confidences[row]!
    if (Number.isNaN(confidence)) continue
    if (!isRight) {
      sums.wrongKnown[group]!++
      sums.wrongConfidence[group]! += confidence
    }
    const bin = group * calibrationBins + calibrationBin(confidence)
    sums.binN[bin]!++
    if (isRight) sums.binRight[bin]!++
    sums.binConfidence[bin]! += confidence
    sums.binSquares[bin]! += confidence * confidence
  }
}

/** All groups as one. */
function addUp(sums: Tally, groups: number): Tally {
  const total = emptyTally(1)
  for (const key of Object.keys(total) as (keyof Tally)[]) {
    const width = total[key].length
    for (let group = 0; group < groups; group++) {
      for (let place = 0; place < width; place++) total[key][place]! += sums[key][group * width + place]!
    }
  }
  return total
}

function describe(sums: Tally, group: number, all: Tally | null): ModelMetrics {
  const n = sums.n[group]!
  const bins = Array.from({ length: calibrationBins }, (_, index) => {
    const bin = group * calibrationBins + index
    return {
      n: sums.binN[bin]!,
      right: sums.binRight[bin]!,
      confidence: sums.binConfidence[bin]!,
      squares: sums.binSquares[bin]!,
    }
  })
  const errors = (of: Tally, at: number) => ({ n: of.n[at]!, wrong: of.n[at]! - of.right[at]! })
  return {
    accuracy: shareOf(sums.right[group]!, n),
    top5: n === 0 || sums.ranked[group]! < n ? null : shareOf(sums.top5[group]!, n),
    errorRatio: all === null ? null : errorRatio(errors(sums, group), errors(all, 0)),
    calibration: summariseCalibration(bins),
    confidenceWhenWrong: meanOf(sums.wrongConfidence[group]!, sums.wrongKnown[group]!),
    entropy: meanOf(sums.entropy[group]!, sums.entropyKnown[group]!),
  }
}

/** A share with its interval; a rate of 0 where there is nothing to count. */
export function shareOf(right: number, n: number): ShareOf {
  return { n, right, rate: n === 0 ? 0 : right / n, wilson: wilsonInterval(right, n) }
}

function meanOf(sum: number, n: number): MeanOf | null {
  return n === 0 ? null : { n, mean: sum / n }
}
