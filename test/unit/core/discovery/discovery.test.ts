import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsetOf, fullBitset } from '#core/columns/bitset.ts'
import { computeDiscovery, discoverSlices } from '#core/discovery/compute-discovery.ts'
import type { Discovered, Discovery } from '#core/discovery/compute-discovery.ts'
import type { DiscoveryField } from '#core/discovery/discovery-family.ts'
import { crossValues } from '#core/discovery/cross-values.ts'
import { computeSlices } from '#core/slices/compute-slices.ts'
import { benjaminiYekutieli } from '#core/statistics/benjamini-hochberg.ts'
import { hypergeometric } from '#core/statistics/hypergeometric.ts'

interface Image {
  readonly values: readonly number[]
  readonly classCode: number
  readonly wrong: boolean
}

function fieldsOf(images: readonly Image[]): DiscoveryField[] {
  return (images[0]?.values ?? []).map((_, field) => ({
    codes: Uint8Array.from(images, ({ values }) => values[field]!),
    size: Math.max(...images.map(({ values }) => values[field]!)),
  }))
}

function discover(images: readonly Image[], options: { minSupport?: number; pairs?: boolean } = {}): Discovery {
  return computeDiscovery({
    rows: fullBitset(images.length),
    classes: Uint8Array.from(images, ({ classCode }) => classCode),
    classCount: Math.max(1, ...images.map(({ classCode }) => classCode)),
    correct: [Uint8Array.from(images, ({ wrong }) => (wrong ? 1 : 2))],
    fields: fieldsOf(images),
    minSupport: 3,
    pairs: true,
    ...options,
  })
}

/** `count` images with these values, of which the first `wrong` are wrong. */
function images(count: number, wrong: number, values: readonly number[], classCode = 1): Image[] {
  return Array.from({ length: count }, (_, index) => ({ values, classCode, wrong: index < wrong }))
}

const name = ({ parts, direction }: Discovered) =>
  `${direction} ${parts.map(({ field, valueCode }) => `${field}=${valueCode}`).join(' ')}`

/** Discovery beside the slice tables of every field and every pair, corrected over all of their rows. */
function expectLikeTables(drawn: readonly Image[], minSupport: number): void {
  const fields = fieldsOf(drawn)
  const crossed = [
    [0, 1],
    [0, 2],
    [1, 2],
  ].map(([a, b]) => crossValues(fields[a!]!, fields[b!]!))
  const tables = [...fields, ...crossed].map(({ codes, size }) =>
    computeSlices({
      rows: fullBitset(drawn.length),
      values: codes,
      valueCount: size,
      classes: Uint8Array.from(drawn, ({ classCode }) => classCode),
      classCount: 3,
      correct: [Uint8Array.from(drawn, ({ wrong }) => (wrong ? 1 : 2))],
      adjust: 'auto',
    }),
  )
  const rows = tables.flatMap(({ rows }) => rows).filter(({ n }) => n >= minSupport)
  const discovery = discover(drawn, { minSupport })
  expect(discovery.supported).toBe(rows.length)
  expect(discovery.tooSmall).toBe(tables.flatMap((table) => table.rows).length - rows.length)
  for (const direction of ['more', 'less'] as const) {
    const tested = rows.filter(({ q, qLess }) => (direction === 'more' ? q : qLess) !== null)
    const p = tested.map((row) => (direction === 'more' ? row.p : row.pLess))
    const q = [...benjaminiYekutieli(p)].filter((value) => value <= 0.1)
    expect(discovery.tested[direction]).toBe(tested.length)
    const found = discovery.found.filter((slice) => slice.direction === direction)
    expect(found.map((slice) => slice.q)).toEqual(q.sort((a, b) => a - b).map((value) => expect.closeTo(value, 9)))
  }
}

describe('discovery', () => {
  it('[ST201] tests every value and every pair as the slice table does, and corrects over all of them', () => {
    const image = fc.record({
      values: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 2 })),
      classCode: fc.integer({ min: 1, max: 3 }),
      wrong: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(image, { minLength: 1, maxLength: 60 }), fc.integer({ min: 3, max: 6 }), expectLikeTables),
      { seed: 201, numRuns: 200 },
    )
  })

  it('[ST215] finds the same by exact p values where they could matter as by exact ones throughout', () => {
    // Few values and many images: most slices have more than a hundred, and many are near the edge of a discovery.
    const image = fc.record({
      values: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      classCode: fc.integer({ min: 1, max: 3 }),
      chance: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    const drawn = fc
      .tuple(fc.array(image, { minLength: 500, maxLength: 900 }), fc.double({ min: 0.05, max: 0.3, noNaN: true }))
      .map(([list, effect]) =>
        list.map(({ values, classCode, chance }) => ({
          values,
          classCode,
          wrong: chance < 0.2 * classCode + (values[0] === 1 ? effect : 0) - (values[1] === 2 ? effect / 2 : 0),
        })),
      )
    fc.assert(
      fc.property(drawn, (list) => expectLikeTables(list, 20)),
      { seed: 215, numRuns: 40 },
    )
  })

  it('[ST201] knows the figures of a slice table for what it finds', () => {
    const drawn = [...images(40, 38, [1, 1]), ...images(200, 40, [2, 1]), ...images(200, 40, [2, 2])]
    const { found } = discover(drawn, { minSupport: 20 })
    const table = computeSlices({
      rows: fullBitset(drawn.length),
      values: Uint8Array.from(drawn, ({ values }) => values[0]!),
      valueCount: 2,
      classes: new Uint8Array(drawn.length).fill(1),
      classCount: 1,
      correct: [Uint8Array.from(drawn, ({ wrong }) => (wrong ? 1 : 2))],
      adjust: 'auto',
    })
    const row = table.rows.find(({ valueCode }) => valueCode === 1)!
    const single = found.find(({ parts }) => parts.length === 1 && parts[0]!.valueCode === 1)!
    expect(single.slice).toMatchObject({ n: 40, failures: 38, p: row.p, wilson: row.wilson })
    expect(single.slice.ebLower).toBeCloseTo(row.ebLower, 12)
  })

  it('[ST202] folds a pair that fails no more than one of its values does anyway', () => {
    // Value 1 of the first field fails; the second field has no say in it.
    const drawn = [
      ...images(60, 48, [1, 1]),
      ...images(60, 48, [1, 2]),
      ...images(300, 60, [2, 1]),
      ...images(300, 60, [2, 2]),
    ]
    const { found } = discover(drawn, { minSupport: 20 })
    const more = found.filter(({ direction }) => direction === 'more')
    const parent = more.findIndex((slice) => name(slice) === 'more 0=1')
    expect(more.map(name).sort()).toEqual(['more 0=1', 'more 0=1 1=1', 'more 0=1 1=2'])
    expect(more.filter(({ explainedBy }) => explainedBy === null).map(name)).toEqual(['more 0=1'])
    expect(more.filter(({ explainedBy }) => explainedBy === parent)).toHaveLength(2)
    expect(more.find((slice) => name(slice) === 'more 0=1 1=1')!.withinParent).toBeCloseTo(0.5, 10)
  })

  it('[ST202] measures a pair within its parent by the exact mid-p among the parent’s images', () => {
    const drawn = [
      ...images(60, 50, [1, 1]),
      ...images(60, 46, [1, 2]),
      ...images(300, 60, [2, 1]),
      ...images(300, 60, [2, 2]),
    ]
    const { found } = discover(drawn, { minSupport: 20 })
    const pair = found.find((slice) => name(slice) === 'more 0=1 1=1')!
    const ways = hypergeometric(120, 96, 60)
    const above = ways.reduce((sum, way, k) => (k > 50 ? sum + way : sum), 0)
    expect(pair.withinParent).toBeCloseTo(above + ways[50]! / 2, 10)
  })

  it('[ST203] lets a pair stand whose values together do what neither does alone', () => {
    const drawn = [
      ...images(60, 58, [1, 1]),
      ...images(300, 60, [1, 2]),
      ...images(300, 60, [2, 1]),
      ...images(300, 60, [2, 2]),
    ]
    const standing = discover(drawn, { minSupport: 20 }).found.filter(({ explainedBy }) => explainedBy === null)
    expect(name(standing[0]!)).toBe('more 0=1 1=1')
  })

  it('[ST243] says which pairs a value stands out through, and what is left of it', () => {
    const drawn = [
      ...images(60, 58, [1, 1]),
      ...images(300, 60, [1, 2]),
      ...images(300, 60, [2, 1]),
      ...images(300, 60, [2, 2]),
    ]
    const { found } = discover(drawn, { minSupport: 20 })
    const pair = found.findIndex((slice) => name(slice) === 'more 0=1 1=1')
    const value = found.find((slice) => name(slice) === 'more 0=1')!
    // Outside the pair all images fail alike: 60 of the value's 300, among 180 of 900.
    const ways = hypergeometric(900, 180, 300)
    const above = ways.reduce((sum, way, k) => (k > 60 ? sum + way : sum), 0)
    expect(value.carried).toEqual({
      by: [pair],
      rest: { n: 300, failures: 60, p: expect.closeTo(above + ways[60]! / 2, 10) },
    })
    expect(found[pair]!.carried).toBeNull()
  })

  it('[ST243] leaves a value alone that stands out without its pairs, too', () => {
    const drawn = [
      ...images(60, 60, [1, 1]),
      ...images(300, 120, [1, 2]),
      ...images(300, 60, [2, 1]),
      ...images(300, 60, [2, 2]),
    ]
    const { found } = discover(drawn, { minSupport: 20 })
    expect(found.map(name)).toContain('more 0=1 1=1')
    expect(found.find((slice) => name(slice) === 'more 0=1')!.carried).toBeNull()
  })

  it('[ST204] counts a set of images once, whichever fields name it', () => {
    const drawn = [...images(60, 54, [1, 1]), ...images(300, 60, [2, 2]), ...images(300, 60, [3, 3])]
    const { found } = discover(drawn, { minSupport: 20 })
    const more = found.filter(({ direction, explainedBy }) => direction === 'more' && explainedBy === null)
    expect(more.map(name)).toEqual(['more 0=1'])
    const twin = found.find((slice) => name(slice) === 'more 1=1')!
    expect(found[twin.explainedBy!]).toBe(more[0])
  })

  it('[ST204] folds a value under one that it lies within and that explains it', () => {
    // The first field is a region, the second the place within it: both places of region 1 fail alike.
    const drawn = [
      ...images(60, 48, [1, 1]),
      ...images(60, 48, [1, 2]),
      ...images(300, 60, [2, 3]),
      ...images(300, 60, [2, 4]),
    ]
    const { found } = discover(drawn, { minSupport: 20 })
    const standing = found.filter(({ direction, explainedBy }) => direction === 'more' && explainedBy === null)
    expect(standing.map(name)).toEqual(['more 0=1'])
  })

  it('[ST205] finds what is unusually easy, in a family of its own', () => {
    const drawn = [...images(60, 2, [1, 1]), ...images(300, 120, [2, 1]), ...images(300, 120, [2, 2])]
    const { found } = discover(drawn, { minSupport: 20 })
    const easy = found.find((slice) => name(slice) === 'less 0=1')!
    expect(easy.slice).toMatchObject({ badge: 'less', q: null, qLess: easy.q })
    expect(easy.explainedBy).toBeNull()
  })

  it('[ST206] leaves out images without a class or a verdict, and says how many', () => {
    const drawn = images(30, 10, [1])
    const correct = Uint8Array.from(drawn, (_, index) => (index < 4 ? 0 : 1))
    const classes = Uint8Array.from(drawn, (_, index) => (index < 3 ? 0 : 1))
    const { overall, leftOut } = computeDiscovery({
      rows: fullBitset(30),
      classes,
      classCount: 1,
      correct: [correct],
      fields: fieldsOf(drawn),
      minSupport: 3,
      pairs: true,
      excluded: bitsetOf([29], 30),
    })
    expect(leftOut).toEqual({ excluded: 1, noClass: 3, noPrediction: 1 })
    expect(overall).toMatchObject({ n: 25, failures: 25 })
  })

  it('[ST206] finds nothing among no images', () => {
    const empty = computeDiscovery({
      rows: fullBitset(0),
      classes: new Uint8Array(0),
      classCount: 0,
      correct: [new Uint8Array(0)],
      fields: [{ codes: new Uint8Array(0), size: 0 }],
      minSupport: 3,
      pairs: true,
    })
    expect(empty).toMatchObject({ found: [], supported: 0, fewestAllFailing: null, largest: 0 })
  })

  it('[ST207] says how many images, all failing, the first discovery takes', () => {
    // Two slices at a rate of one half: ln(.2 / (2 (1 + 1/2))) / ln(.5) = 3.9.
    const drawn = [...images(20, 10, [1, 1]), ...images(20, 10, [2, 1])]
    const { tested, fewestAllFailing } = discover(drawn, { minSupport: 10, pairs: false })
    expect(tested.more).toBe(2)
    expect(fewestAllFailing).toBe(Math.ceil(Math.log(0.2 / (2 * 1.5)) / Math.log(0.5)))
  })

  it('[ST207] refuses to test slices of fewer than three images', () => {
    expect(() => discover(images(9, 3, [1]), { minSupport: 2 })).toThrow(/support starts at 3/)
  })

  it('[ST208] can be left between any two steps', () => {
    const steps = discoverSlices({
      rows: fullBitset(9),
      classes: new Uint8Array(9).fill(1),
      classCount: 1,
      correct: [new Uint8Array(9).fill(1)],
      fields: Array.from({ length: 4 }, () => ({ codes: new Uint8Array(9).fill(1), size: 1 })),
      minSupport: 3,
      pairs: true,
    })
    let taken = 0
    while (steps.next().done !== true) taken++
    expect(taken).toBeGreaterThanOrEqual(4 + 6)
  })

  it('[ST209] crosses fields of any size, a missing value in either leaving none', () => {
    const column = fc.array(fc.nat({ max: 5 }), { minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(column, column, fc.constantFrom(5, 100_000), (a, b, size) => {
        const crossed = crossValues({ codes: Uint32Array.from(a), size }, { codes: Uint32Array.from(b), size })
        for (const [row, code] of crossed.codes.entries()) {
          if (a[row] === 0 || b[row] === 0) expect(code).toBe(0)
          else expect([crossed.first[code - 1], crossed.second[code - 1]]).toEqual([a[row], b[row]])
        }
        const distinct = new Set(a.flatMap((x, row) => (x === 0 || b[row] === 0 ? [] : [`${x} ${b[row]}`])))
        expect(crossed.size).toBe(distinct.size)
      }),
      { seed: 209, numRuns: 100 },
    )
  })
})
