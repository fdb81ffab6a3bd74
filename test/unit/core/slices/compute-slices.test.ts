import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsetOf, fullBitset } from '#core/columns/bitset.ts'
import { computeSlices } from '#core/slices/compute-slices.ts'
import type { SliceOptions, SliceRow, SliceTable } from '#core/slices/compute-slices.ts'
import { fewestAllFailing } from '#core/slices/slice-badge.ts'
import { betaCdf } from '#core/statistics/beta.ts'
import { naiveSlices } from './naive-slices.ts'
import type { Image } from './naive-slices.ts'

const names = ['x', 'y', 'z']

/** One letter an image; `-` is missing. */
function codesOf(text: string, alphabet: string): Uint8Array {
  return Uint8Array.from([...text], (letter) => alphabet.indexOf(letter) + 1)
}

/** One text a model: 1 failed, 0 right, - no prediction. */
function verdictsOf(text: string): Uint8Array {
  return Uint8Array.from([...text], (letter) => (letter === '-' ? 0 : letter === '1' ? 1 : 2))
}

function table(
  classes: string,
  values: string,
  models: readonly string[],
  options: Partial<SliceOptions> & { excluded?: Uint32Array; rows?: Uint32Array } = {},
): SliceTable {
  return computeSlices({
    rows: fullBitset(classes.length),
    values: codesOf(values, 'xyz'),
    valueCount: 3,
    classes: codesOf(classes, 'ABC'),
    classCount: 3,
    correct: models.map(verdictsOf),
    adjust: 'auto',
    valueNames: names,
    ...options,
  })
}

function row(slices: SliceTable, name: string): SliceRow {
  const found = slices.rows.find((candidate) => names[candidate.valueCode - 1] === name)
  if (found === undefined) throw new Error(`no slice ${name}`)
  return found
}

const close = (value: number) => expect.closeTo(value, 6) as number

describe('computeSlices', () => {
  it('[SL1] gives the whole table of one model', () => {
    const slices = table('AAAABBBBCCCC', 'xxyzxyzzxyyz', ['110010001100'])
    expect(slices.overall).toMatchObject({ n: 12, failures: 5, rate: close(5 / 12) })
    expect(slices.dispersion).toMatchObject({ rho: 0.5, rawRho: close(1.510431) })
    expect(slices.adjustment).toEqual({ applied: true, reason: null })
    const x = row(slices, 'x')
    expect(x).toMatchObject({ n: 4, failures: 4, p: close(0.0104167), q: close(0.03125), ebMean: close(0.8708333) })
    expect(x.expected * 4).toBeCloseTo(1.416667, 6)
    expect(x).toMatchObject({ ebLower: close(0.674112), badge: 'more', method: 'exact' })
    const y = row(slices, 'y')
    expect(y).toMatchObject({ failures: 1, p: close(0.7708333), q: close(0.9375), ebMean: close(0.2895833) })
    expect(y.expected * 4).toBeCloseTo(1.791667, 6)
    expect(y).toMatchObject({ ebLower: close(0.069196), badge: null })
    const z = row(slices, 'z')
    expect(z).toMatchObject({ failures: 0, p: close(0.9375), q: close(0.9375), ebMean: close(0.0895833) })
    expect(z).toMatchObject({ ebLower: close(0.001045), qLess: close(0.1875), badge: null })
  })

  it('[SL2] gives the whole table of three models, counting images and not rows', () => {
    const failing = '320131003210'
    const models = [1, 2, 3].map((least) => [...failing].map((m) => (Number(m) >= least ? '1' : '0')).join(''))
    const slices = table('AAAABBBBCCCC', 'xxyzxyzzxyyz', models)
    expect(slices.overall).toMatchObject({ n: 12, rate: close(4 / 9) })
    expect(slices.dispersion).toMatchObject({ lambda: close(0.779185), rho: 0.5, rawRho: close(1.233198) })
    const x = row(slices, 'x')
    expect(x).toMatchObject({ n: 4, failures: close(11 / 3), p: close(0.00520833), q: close(0.015625) })
    expect(x).toMatchObject({ ebMean: close(0.811806), ebLower: close(0.579569) })
    expect(x.expected * 4).toBeCloseTo(1.569444, 6)
    expect(row(slices, 'y')).toMatchObject({ failures: close(4 / 3), p: close(0.7447917) })
    expect(row(slices, 'y').expected * 4).toBeCloseTo(1.861111, 6)
    expect(row(slices, 'z')).toMatchObject({
      failures: close(1 / 3),
      p: close(0.96875),
      qLess: close(0.09375),
      badge: 'less',
    })
    expect(row(slices, 'z').expected * 4).toBeCloseTo(1.902778, 6)
  })

  it('[SL3] ranks by the 10 % quantile of the shrunk rate, ties by name', () => {
    expect(table('AAAABBBBCCCC', 'xxyzxyzzxyyz', ['110010001100']).rows.map((item) => item.valueCode)).toEqual([
      1, 2, 3,
    ])
    const tied = table('AAAAAA', 'xyzxyz', ['100000'], { valueNames: ['c', 'b', 'a'] })
    expect(tied.rows.map((item) => item.valueCode)).toEqual([1, 3, 2])
  })

  it('[SL4] counts only images with a class, a value, all predictions and no exclusion, and says why others are out', () => {
    const slices = table('A-ABBA', 'xxx-xy', ['010111', '-0011-'], { excluded: bitsetOf([3], 6) })
    expect(slices.leftOut).toEqual({ excluded: 1, noClass: 1, noPrediction: 2 })
    expect(slices.overall.n).toBe(2)
    const missing = table('AAB', 'x-y', ['110'], { rows: bitsetOf([0, 1], 3) })
    expect(missing.missing).toMatchObject({ n: 1, failures: 1, rate: 1 })
    expect(missing.overall.n).toBe(1)
  })

  it('[SL5] leaves the class adjustment off where each class has one value only, and says so', () => {
    const auto = table('AABBCC', 'xxyyyy', ['110000'])
    expect(auto.adjustment.applied).toBe(false)
    expect(auto.adjustment.reason).toMatch(/one value of this field only/)
    expect(row(auto, 'x').expected).toBeCloseTo(1 / 3, 12)
    expect(table('AABBCC', 'xxyyyy', ['110000'], { adjust: 'on' }).adjustment.applied).toBe(true)
    const off = table('AAAABBBBCCCC', 'xxyzxyzzxyyz', ['110010001100'], { adjust: 'off' })
    expect(off.adjustment.applied).toBe(false)
    // Without strata: 4 of 12 images hold 4 of the 5 failures, which C(5, 4) of C(12, 4) draws do.
    expect(row(off, 'x').p).toBeCloseTo(5 / 495 / 2, 12)
  })

  it('[SL6] gives no q to slices that could never be a discovery', () => {
    const slices = table('AAAAAAAAAA', 'xxyyyyyzzz', ['1111111110'])
    expect(row(slices, 'x').q).toBeNull()
    expect(row(slices, 'y').q).toBeNull()
    expect(row(slices, 'x').badge).toBe('all-failed')
    expect(row(slices, 'z').qLess).toBeNull()
  })

  it('[SL7] calls a slice that fails altogether, often enough and beyond its classes, always fooling', () => {
    const slices = table('A'.repeat(30), `${'x'.repeat(8)}${'y'.repeat(22)}`, ['1'.repeat(8) + '0'.repeat(22)])
    expect(row(slices, 'x')).toMatchObject({ badge: 'always', n: 8 })
    expect(row(slices, 'y').badge).toBe('less')
  })

  it('[SL8] names the fewest images that could all fail and be a discovery', () => {
    const power = (failed: number, of: number) =>
      table('A'.repeat(of), 'xyz'.repeat(of / 3), ['1'.repeat(failed) + '0'.repeat(of - failed)]).power
    expect(power(0, 12)).toEqual({ values: 3, fewestAllFailing: 3 })
    expect(power(12, 12)).toEqual({ values: 3, fewestAllFailing: null })
    expect(power(9, 12)).toEqual({ values: 3, fewestAllFailing: 10 })
    expect([0.9, 0.75, 0.5, 0.27].map((rate) => fewestAllFailing(468, rate, 'hochberg'))).toEqual([74, 27, 12, 6])
  })

  it('[ST261] needs more images for a first discovery where slices overlap', () => {
    const failed = `${'1'.repeat(9)}000`
    const power = (control: 'hochberg' | 'yekutieli') =>
      table('A'.repeat(12), 'xyz'.repeat(4), [failed], { control }).power
    expect(power('hochberg').fewestAllFailing).toBe(10)
    expect(power('yekutieli').fewestAllFailing).toBe(
      Math.ceil(Math.log(0.2 / (3 * (1 + 1 / 2 + 1 / 3))) / Math.log(0.75)),
    )
    expect(power('yekutieli').fewestAllFailing).toBe(12)
  })

  it('[SL9] agrees with the definitions computed image by image', () => {
    const image = fc.record({
      value: fc.integer({ min: 1, max: 4 }),
      classCode: fc.integer({ min: 1, max: 3 }),
      marks: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    })
    fc.assert(
      fc.property(
        fc.array(image, { minLength: 1, maxLength: 16 }),
        fc.integer({ min: 1, max: 3 }),
        fc.constantFrom('on' as const, 'off' as const),
        (drawn, models, adjust) => {
          const images = drawn.map(({ value, classCode, marks }): Image => ({
            value,
            classCode,
            failed: marks.slice(0, models).filter(Boolean).length,
          }))
          const slices = computeSlices({
            rows: fullBitset(images.length),
            values: Uint8Array.from(images, (item) => item.value),
            valueCount: 4,
            classes: Uint16Array.from(images, (item) => item.classCode),
            classCount: 3,
            correct: Array.from({ length: models }, (_, model) =>
              Uint8Array.from(drawn, (item) => (item.marks[model] === true ? 1 : 2)),
            ),
            adjust,
          })
          const naive = naiveSlices(images, models, adjust === 'on')
          expect(slices.rows).toHaveLength(naive.length)
          for (const expected of naive) {
            const actual = slices.rows.find((item) => item.valueCode === expected.value)
            expect(actual).toMatchObject({
              n: expected.n,
              failures: expect.closeTo(expected.failures, 10),
              expected: expect.closeTo(expected.expected, 10),
              p: expect.closeTo(expected.p, 10),
              pLess: expect.closeTo(1 - expected.p, 10),
              ebMean: expect.closeTo(expected.alpha / (expected.alpha + expected.beta), 10),
            })
            const testable = expected.n >= 3 && expected.mostProbability / 2 <= 0.1 + 1e-9
            expect(actual?.q !== null).toBe(testable)
            expect(actual?.qLess !== null).toBe(expected.n >= 3 && expected.leastProbability / 2 <= 0.1 + 1e-9)
            if (expected.alpha > 0 && expected.beta > 0) {
              expect(betaCdf(actual?.ebLower ?? -1, expected.alpha, expected.beta)).toBeCloseTo(0.1, 8)
            }
          }
        },
      ),
      { seed: 9, numRuns: 300 },
    )
  })

  it('[SL10] rejects true null hypotheses no more often than it says', () => {
    const random = seededRandom(20)
    const count = 4000
    const classes = Uint16Array.from({ length: count }, () => 1 + Math.floor(random() * 40))
    const difficulty = Array.from({ length: 41 }, () => random())
    let [small, all, discoveries] = [0, 0, 0]
    for (let round = 0; round < 12; round++) {
      const values = Uint16Array.from({ length: count }, () => 1 + Math.floor(random() ** 2 * 300))
      const correct = [Uint8Array.from(classes, (code) => (random() < (difficulty[code] ?? 0) ? 1 : 2))]
      const slices = computeSlices({
        rows: fullBitset(count),
        values,
        valueCount: 300,
        classes,
        classCount: 40,
        correct,
        adjust: 'auto',
      })
      const tested = slices.rows.filter((item) => item.q !== null)
      all += tested.length
      small += tested.filter((item) => item.p <= 0.05).length
      if (tested.some((item) => (item.q ?? 1) <= 0.1)) discoveries += 1
    }
    expect(all).toBeGreaterThan(2000)
    expect(small / all).toBeGreaterThan(0.03)
    expect(small / all).toBeLessThan(0.06)
    expect(discoveries).toBeLessThanOrEqual(4)
  })

  it('[SL11] gives an empty table for no images', () => {
    const slices = table('AAA', 'xyz', ['000'], { rows: bitsetOf([], 3) })
    expect(slices.rows).toEqual([])
    expect(slices.overall).toEqual({ n: 0, failures: 0, rate: 0, wilson: [0, 1] })
    expect(slices.power).toEqual({ values: 0, fewestAllFailing: null })
  })

  it('[SL15] takes slices for alike where every image fails as many models', () => {
    const places = Array.from({ length: 97 }, (_, i) => i)
    const inOrder = (order: readonly number[], failing: (place: number) => readonly number[]) => {
      const text = (letterOf: (place: number) => string) => order.map(letterOf).join('')
      const models = [0, 1, 2].map((model) => text((place) => (failing(place).includes(model) ? '1' : '0')))
      return table(
        text((place) => 'ABC'[place % 13 < 6 ? 0 : place % 3]!),
        text((place) => 'xyz'[place % 11 < 5 ? 0 : place % 2]!),
        models,
      )
    }
    // Exactly one of three wrong, exactly two, and only the first.
    for (const failing of [(i: number) => [i % 3], (i: number) => [i % 3, (i + 1) % 3], () => [0]]) {
      const slices = inOrder(places, failing)
      expect(slices.dispersion).toMatchObject({ rho: 0.001, lambda: 0 })
      for (const item of inOrder(places.toReversed(), failing).rows) {
        const { ebLower, pAbove } = slices.rows.find(({ valueCode }) => valueCode === item.valueCode)!
        expect(item.ebLower).toBeCloseTo(ebLower, 12)
        expect(item.pAbove).toBeCloseTo(pAbove, 12)
      }
    }
  })
})

/** A small linear congruential generator: the same numbers everywhere. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
