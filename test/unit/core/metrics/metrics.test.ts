import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fullBitset } from '#core/columns/bitset.ts'
import { alexnetCorruptionErrors } from '#core/facts/alexnet-corruption-errors.ts'
import { acceptedAccuracy } from '#core/metrics/accepted-accuracy.ts'
import { backgroundGap } from '#core/metrics/background-gap.ts'
import { calibrationBin, calibrationBins, summariseCalibration } from '#core/metrics/calibration.ts'
import { corruptionErrors } from '#core/metrics/corruption-error.ts'
import { errorRatio } from '#core/metrics/error-ratio.ts'
import { shapeBias } from '#core/metrics/shape-bias.ts'
import { valueMetrics } from '#core/metrics/value-metrics.ts'
import { newcombeInterval } from '#core/statistics/newcombe.ts'
import { koopmanInterval } from '#core/statistics/ratio-interval.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'

/** `n` verdicts of which `right` are right. */
const verdicts = (right: number, n: number) => Array.from({ length: n }, (_, i) => (i < right ? 2 : 1))
const near = (value: number, digits = 10) => expect.closeTo(value, digits) as number

describe('ratios', () => {
  it.each([
    // The published example, and others as computed by statsmodels (method “score”, uncorrected).
    [36, 40, 16, 80, 2.94, 7.15, 2],
    [8, 15, 4, 15, 0.8150135, 5.3363168, 6],
    [3, 10, 30, 200, 0.6888165, 4.4637369, 6],
    [10, 10, 5, 20, 2.1335569, 8.9396101, 6],
  ])('[ST220] gives Koopman’s interval of %d of %d against %d of %d', (k1, n1, k2, n2, lower, upper, digits) => {
    const interval = koopmanInterval(k1, n1, k2, n2)
    expect(interval[0]).toBeCloseTo(lower, digits)
    expect(interval[1]).toBeCloseTo(upper, digits)
  })

  it('[ST220] leaves an end open where a count is 0', () => {
    expect(koopmanInterval(0, 10, 5, 20)[0]).toBe(0)
    expect(koopmanInterval(5, 10, 0, 20)).toEqual([near(2.9332813, 6), Infinity])
    expect(koopmanInterval(0, 10, 0, 10)).toEqual([0, Infinity])
  })

  it('[ST221] gives the error ratio of a factor against all images, with its interval', () => {
    // 30 of 100 wrong where the factor is, 50 of 400 elsewhere: .3 / .16.
    const { ratio, interval } = errorRatio({ n: 100, wrong: 30 }, { n: 500, wrong: 80 })!
    expect(ratio).toBeCloseTo(0.3 / 0.16, 12)
    const [lower, upper] = koopmanInterval(30, 100, 50, 400)
    expect(interval).toEqual([near(lower / (0.2 * lower + 0.8)), near(upper / (0.2 * upper + 0.8))])
    expect(errorRatio({ n: 10, wrong: 10 }, { n: 40, wrong: 10 })!.interval[1]).toBe(4)
    expect(errorRatio({ n: 10, wrong: 3 }, { n: 10, wrong: 3 })).toEqual({ ratio: 1, interval: [1, 1] })
    expect(errorRatio({ n: 10, wrong: 0 }, { n: 40, wrong: 0 })).toBeNull()
    expect(errorRatio({ n: 0, wrong: 0 }, { n: 40, wrong: 1 })).toBeNull()
  })

  it('[ST221] holds the ratio within its interval, and within what can be', () => {
    const counts = fc
      .tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 60 }))
      .filter(([wrong, right, otherWrong]) => wrong + right > 0 && wrong + otherWrong > 0)
    fc.assert(
      fc.property(counts, ([wrong, right, otherWrong, otherRight]) => {
        const part = { n: wrong + right, wrong }
        const all = { n: part.n + otherWrong + otherRight, wrong: wrong + otherWrong }
        const { ratio, interval } = errorRatio(part, all)!
        expect(interval[0]).toBeLessThanOrEqual(ratio + 1e-9)
        expect(interval[1]).toBeGreaterThanOrEqual(ratio - 1e-9)
        expect(interval[1]).toBeLessThanOrEqual(all.n / part.n + 1e-9)
      }),
      { seed: 221, numRuns: 500 },
    )
  })
})

describe('calibration', () => {
  const bin = (n: number, right: number, confidence: number) => ({
    n,
    right,
    confidence: n * confidence,
    squares: n * confidence * confidence,
  })

  it('[ST222] puts a confidence into the bin that it ends', () => {
    expect([0, 1e-9, 1 / 15, 1 / 15 + 1e-9, 0.5, 1].map(calibrationBin)).toEqual([0, 0, 0, 1, 7, 14])
  })

  it('[ST222] gives the expected calibration error by hand', () => {
    // Ten at .95 of which 6 are right, thirty at .50 of which 18 are: (10 |.6 - .95| + 30 |.6 - .5|) / 40.
    const sums = Array.from({ length: calibrationBins }, (_, i) =>
      i === 14 ? bin(10, 6, 0.95) : i === 7 ? bin(30, 18, 0.5) : bin(0, 0, 0),
    )
    const calibration = summariseCalibration(sums)!
    expect(calibration.ece).toBeCloseTo((3.5 + 3) / 40, 12)
    expect(calibration).toMatchObject({ n: 40, meanConfidence: near((9.5 + 15) / 40) })
    expect(calibration.bins).toEqual([
      { from: 7 / 15, to: 8 / 15, n: 30, confidence: near(0.5), accuracy: 0.6, wilson: wilsonInterval(18, 30) },
      { from: 14 / 15, to: 1, n: 10, confidence: near(0.95), accuracy: 0.6, wilson: wilsonInterval(6, 10) },
    ])
    const [a, b] = [10 * 0.95 * 0.05, 30 * 0.25]
    const mean = (Math.sqrt(a) + Math.sqrt(b)) * Math.sqrt(2 / Math.PI)
    const sd = Math.sqrt((a + b) * (1 - 2 / Math.PI))
    expect(calibration.byChance).toEqual({ mean: near(mean / 40), limit: near((mean + 1.645 * sd) / 40) })
    expect(summariseCalibration([])).toBeNull()
  })

  it('[ST222] knows how much error a perfectly calibrated model shows', () => {
    let state = 5
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
    const draws = Array.from({ length: 400 }, () => {
      const sums = Array.from({ length: calibrationBins }, () => ({ n: 0, right: 0, confidence: 0, squares: 0 }))
      for (let i = 0; i < 300; i++) {
        const confidence = random()
        const at = sums[calibrationBin(confidence)]!
        at.n++
        at.right += random() < confidence ? 1 : 0
        at.confidence += confidence
        at.squares += confidence * confidence
      }
      return summariseCalibration(sums)!
    })
    const mean = draws.reduce((sum, { ece, byChance }) => sum + ece / byChance.mean, 0) / draws.length
    expect(mean).toBeGreaterThan(0.97)
    expect(mean).toBeLessThan(1.03)
    const within = draws.filter(({ ece, byChance }) => ece <= byChance.limit).length / draws.length
    expect(within).toBeGreaterThan(0.92)
    expect(within).toBeLessThan(0.98)
  })
})

describe('metrics by value', () => {
  const columns = {
    //           value  1  1  1  1  2  2  0  2
    correct: Uint8Array.of(2, 1, 2, 1, 1, 2, 1, 0),
    top5: Uint8Array.of(2, 2, 2, 1, 1, 2, 0, 0),
    confidence: Float32Array.of(0.75, 0.5, 0.25, NaN, 0.875, 0.5, 0.25, 0.5),
    entropy: Float32Array.of(1, 2, NaN, 3, 0.5, 0.5, NaN, 9),
  }
  const { overall, values } = valueMetrics({
    rows: fullBitset(8),
    values: Uint8Array.of(1, 1, 1, 1, 2, 2, 0, 2),
    valueCount: 3,
    models: [columns],
  })

  it('[ST223] count what each rests on', () => {
    expect(values.map(({ valueCode }) => valueCode)).toEqual([0, 1, 2])
    const [, first, second] = values.map(({ models }) => models[0]!)
    expect(first).toMatchObject({
      accuracy: { n: 4, right: 2, rate: 0.5, wilson: wilsonInterval(2, 4) },
      top5: { n: 4, right: 3 },
      confidenceWhenWrong: { n: 1, mean: 0.5 },
      entropy: { n: 3, mean: 2 },
    })
    expect(first!.calibration!.n).toBe(3)
    expect(first!.calibration!.ece).toBeCloseTo((0.25 + 0.5 + 0.75) / 3, 7)
    expect(second).toMatchObject({ accuracy: { n: 2, right: 1 }, confidenceWhenWrong: { n: 1, mean: 0.875 } })
    // One judged image without a known rank, which cannot be among the right ones.
    expect(overall[0]!.top5).toBeNull()
    expect(values[0]!.models[0]).toMatchObject({ top5: null, entropy: null, accuracy: { n: 1, right: 0 } })
  })

  it('[ST223] compare each value with all judged images', () => {
    expect(overall[0]).toMatchObject({ accuracy: { n: 7, right: 3 }, errorRatio: null, entropy: { n: 5 } })
    expect(overall[0]!.calibration!.n).toBe(6)
    expect(values[1]!.models[0]!.errorRatio).toEqual(errorRatio({ n: 4, wrong: 2 }, { n: 7, wrong: 4 }))
  })

  it('[ST223] are none where nothing is judged', () => {
    const none = valueMetrics({
      rows: fullBitset(2),
      values: Uint8Array.of(1, 1),
      valueCount: 1,
      models: [
        {
          correct: new Uint8Array(2),
          top5: new Uint8Array(2),
          confidence: new Float32Array(2),
          entropy: new Float32Array(2),
        },
      ],
    })
    expect(none.values).toEqual([])
    expect(none.overall[0]).toMatchObject({ accuracy: { n: 0, rate: 0, wilson: [0, 1] }, calibration: null })
  })
})

describe('reviewed labels', () => {
  it('[ST224] give ReaL’s accuracy over the images and the multi-label accuracy over the classes', () => {
    // Class 1: right, right, wrong, and one problematic that is right. Class 2: wrong. One without labels, one not reviewed.
    const accuracy = acceptedAccuracy({
      rows: fullBitset(7),
      correct: Uint8Array.of(2, 2, 1, 2, 1, 0, 2),
      problematic: Uint8Array.of(1, 1, 1, 2, 1, 2, 0),
      classes: Uint8Array.of(1, 1, 1, 1, 2, 2, 2),
      classCount: 3,
    })!
    expect(accuracy.real).toEqual({ n: 5, right: 3, rate: 0.6, wilson: wilsonInterval(3, 5) })
    expect(accuracy.multiLabel).toEqual({ n: 4, right: 2, classes: 2, rate: near((2 / 3 + 0) / 2) })
  })

  it('[ST224] give nothing where nothing was reviewed', () => {
    const input = { rows: fullBitset(1), correct: Uint8Array.of(2), problematic: Uint8Array.of(0) }
    expect(acceptedAccuracy({ ...input, classes: Uint8Array.of(1), classCount: 1 })).toBeNull()
  })
})

describe('corruption errors', () => {
  const names = Object.keys(alexnetCorruptionErrors)
  /** Every corruption at five severities of `n` images, with the errors given. */
  function corrupted(of: readonly string[], errors: (corruption: string, severity: number) => number, n = 50_000) {
    const cells = of.flatMap((corruption, code) =>
      [1, 2, 3, 4, 5].map((severity) => ({
        code: code + 1,
        severity,
        wrong: Math.round(n * errors(corruption, severity)),
      })),
    )
    const rows = cells.flatMap(({ code, severity, wrong }) =>
      verdicts(n - wrong, n).map((verdict) => ({ code, severity, verdict })),
    )
    return corruptionErrors({
      rows: fullBitset(rows.length),
      correct: Uint8Array.from(rows, ({ verdict }) => verdict),
      corruptions: Uint8Array.from(rows, ({ code }) => code),
      names: of,
      severities: (row) => rows[row]!.severity,
    })!
  }

  it.each([
    // ResNet-50 of torchvision: accuracy in per cent, and CE as published with ImageNet-C’s own code.
    ['brightness', 68.02, 56.64],
    ['contrast', 39.06, 71.43],
    ['defocus_blur', 38.75, 74.71],
    ['elastic_transform', 45.25, 84.75],
    ['fog', 45.83, 66.11],
    ['frost', 38.14, 74.84],
    ['gaussian_noise', 29.29, 79.77],
    ['glass_blur', 26.79, 88.61],
    ['impulse_noise', 23.81, 82.58],
  ])('[ST225] give the published CE of %s', (corruption, accuracy, ce) => {
    const { corruptions } = corrupted([corruption], () => 1 - accuracy / 100, 10_000)
    expect(corruptions[0]!.ce! * 100).toBeCloseTo(ce, 1)
  })

  it('[ST225] are the mean over severities, whatever the number of images at each', () => {
    const errors = corruptionErrors({
      rows: fullBitset(6),
      correct: Uint8Array.of(1, 2, 2, 2, 1, 1),
      corruptions: Uint8Array.of(1, 1, 1, 1, 1, 1),
      names: ['fog'],
      severities: (row) => [1, 1, 1, 1, 3, 0.5][row]!,
    })!
    const { corruptions, meanError, isComplete } = errors
    expect(corruptions[0]).toMatchObject({ n: 5, meanError: (0.25 + 1) / 2, ce: near(1.25 / (0.67474 + 0.84378)) })
    expect({ meanError, isComplete }).toEqual({ meanError: 0.625, isComplete: false })
  })

  it('[ST225] make mCE of all fifteen: 100 % for AlexNet itself', () => {
    const all = corrupted(names, (name, severity) => alexnetCorruptionErrors[name as 'fog'][severity - 1]!, 1000)
    expect(all.meanCe).toBeCloseTo(1, 2)
    expect(all).toMatchObject({ isComplete: true, n: 75_000 })
    expect(all.corruptions.map(({ corruption }) => corruption)).toEqual(names)
  })

  it('[ST225] have no reference for other corruptions', () => {
    const errors = corrupted(['spatter', 'toString', 'snow'], () => 0.5, 10)
    expect(errors.corruptions.map(({ corruption, ce }) => [corruption, ce !== null])).toEqual([
      ['snow', true],
      ['spatter', false],
      ['toString', false],
    ])
    expect(errors).toMatchObject({ meanError: 0.5, isComplete: false })
  })
})

describe('backgrounds', () => {
  it.each([
    // As published with ImageNet-9: accuracies on mixed-same and mixed-rand, and the gap.
    ['VGG16-BN', 836, 734, 0.102],
    ['ResNet-50', 862, 789, 0.073],
    ['ResNet-152', 893, 835, 0.058],
  ])('[ST226] give the published gap of %s', (_model, rightOfSame, rightOfRandom, published) => {
    const [same, random] = [verdicts(rightOfSame, 1000), verdicts(rightOfRandom, 1000)]
    const gap = backgroundGap({
      rows: fullBitset(2003),
      correct: Uint8Array.from([...same, ...random, 2, 1, 0]),
      variations: Uint8Array.from([...same.map(() => 3), ...random.map(() => 2), 1, 0, 3]),
      same: 3,
      random: 2,
    })!
    expect(gap.gap).toBeCloseTo(published, 10)
    expect(gap).toMatchObject({ same: { n: 1000, right: rightOfSame }, random: { n: 1000, right: rightOfRandom } })
    expect(gap.interval).toEqual(newcombeInterval(rightOfSame, 1000, rightOfRandom, 1000))
  })

  it('[ST226] give none without both variations', () => {
    const input = { rows: fullBitset(2), correct: Uint8Array.of(2, 1), variations: Uint8Array.of(1, 1) }
    expect(backgroundGap({ ...input, same: 1, random: 2 })).toBeNull()
    expect(backgroundGap({ ...input, same: 1, random: 0 })).toBeNull()
  })
})

describe('cues', () => {
  it('[ST227] give shape bias and cue accuracy over the images whose cues differ', () => {
    // Shapes 1 and 2; the fourth answer is neither cue, the fifth lies in no category, the sixth holds no conflict.
    const bias = shapeBias({
      rows: fullBitset(7),
      shapes: Uint8Array.of(1, 1, 2, 2, 2, 3, 1),
      textures: Uint8Array.of(2, 2, 1, 3, 3, 3, 2),
      answers: Uint8Array.of(1, 2, 2, 1, 0, 3, 0),
      hasAnswer: (row) => row < 6,
      categoryCount: 3,
    })!
    expect(bias).toMatchObject({ n: 5, shape: 2, texture: 1, bias: { n: 3, right: 2 } })
    expect(bias.cueAccuracy).toEqual({ n: 5, right: 3, rate: 0.6, wilson: wilsonInterval(3, 5) })
    expect(bias.byShape.map(({ category, n, bias: own }) => [category, n, own?.rate])).toEqual([
      [1, 2, 0.5],
      [2, 3, 1],
    ])
  })

  it('[ST227] give none where no answer is either cue, or nothing is in conflict', () => {
    const one = { rows: fullBitset(1), hasAnswer: () => true, categoryCount: 3, answers: Uint8Array.of(3) }
    const neither = shapeBias({ ...one, shapes: Uint8Array.of(1), textures: Uint8Array.of(2) })
    expect(neither).toMatchObject({ n: 1, bias: null, cueAccuracy: { rate: 0 } })
    expect(shapeBias({ ...one, shapes: Uint8Array.of(1), textures: Uint8Array.of(1) })).toBeNull()
  })
})
