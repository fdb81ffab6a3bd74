// Prediction files over a dataset without images: compare, slices and mining beside an independent computation.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cellDifference } from '#core/confusion/cell-differences.ts'
import { everything } from '#core/filter/expr.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const sampleCount = 50_000
const classCount = 40
const backgroundCount = 160
const models = ['a', 'b', 'c', 'd']

interface Row {
  readonly name: string
  readonly label: number
  readonly background: number
  readonly predicted: readonly number[]
}

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string
const rows = drawRows()

/** Some classes, some backgrounds and the last model fail more than others; the models fail together at times. */
function drawRows(): Row[] {
  let state = 7
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return Array.from({ length: sampleCount }, (_, i) => {
    const label = Math.floor(random() * classCount)
    const background = Math.floor(random() ** 2 * backgroundCount)
    const hard = 0.1 + (label % 5) * 0.1 + (background % 17 === 0 ? 0.3 : 0)
    const shared = random()
    const predicted = models.map((_, model) => {
      const fails = random() < 0.5 ? shared < hard : random() < hard + model * 0.03
      return fails ? (label + 1 + Math.floor(random() * (classCount - 1))) % classCount : label
    })
    return { name: `image-${i}.jpg`, label, background, predicted }
  })
}

const failsOn = (row: Row, model: number) => row.predicted[model] !== row.label

beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
  const index = path.join(folder.folder, 'index.csv')
  const lines = rows.map(({ name, label, background }) => `${name},class ${label},place ${background}`)
  await writeFile(index, ['file_name,label,background', ...lines].join('\n'))
  dataset = await engine.import(index)
  for (const [model, name] of models.entries()) {
    const file = path.join(folder.folder, `${name}.csv`)
    const answers = rows.map((row) => `${row.name},class ${row.predicted[model]},0.5`)
    await writeFile(file, ['file_name,predicted,confidence', ...answers].join('\n'))
    const { job } = await engine.call('predictions.import', {
      dataset,
      place: engine.engine.places.register(file),
      model: name,
      joinBy: null,
    })
    const { result } = await engine.engine.jobs.wait(job.id)
    expect(result).toMatchObject({ matched: sampleCount, unmatched: 0 })
  }
})

afterAll(async () => {
  await engine.close()
  await folder.remove()
})

describe('four prediction files over 50,000 samples without images', () => {
  it('[MN7] are compared as a count image by image says', async () => {
    const comparison = await engine.call('compare.compute', { dataset, filter: everything, models })
    const expected = new Map<string, number>()
    for (const row of rows) {
      const failing = models.filter((_, model) => failsOn(row, model)).join()
      expected.set(failing, (expected.get(failing) ?? 0) + 1)
    }
    expect(comparison.n).toBe(sampleCount)
    expect(new Map(comparison.subsets.map(({ failing, count }) => [failing.join(), count]))).toEqual(expected)
  })

  it('[MN7] give slices with the counts, expected rates and p values of a direct computation', async () => {
    const table = await engine.call('slices.compute', {
      dataset,
      filter: everything,
      field: { kind: 'field', name: 'background' },
      cross: null,
      models: ['a'],
      adjust: 'on',
    })
    expect(table.slices).toHaveLength(backgroundCount)
    const classTotals = totalsBy((row) => row.label)
    const overall = rows.filter((row) => failsOn(row, 0)).length / sampleCount
    for (const slice of table.slices) {
      const inside = rows.filter(({ background }) => `place ${background}` === slice.value)
      const failures = inside.filter((row) => failsOn(row, 0)).length
      expect(slice).toMatchObject({ n: inside.length, failures })
      const expectedRates = inside.map((row) => {
        const { n, failing } = classTotals.get(row.label)!
        return (failing - Number(failsOn(row, 0)) + 5 * overall) / (n - 1 + 5)
      })
      const expectedRate = expectedRates.reduce((sum, rate) => sum + rate, 0) / inside.length
      expect(slice.expected).toBeCloseTo(expectedRate, 9)
      if (inside.length <= 1000) expect(slice.p).toBeCloseTo(midP(inside, failures, classTotals), 7)
    }
    expect(table.slices.filter(({ q }) => q !== null && q <= 0.1).length).toBeGreaterThan(0)
  })

  it('[MN7] are mined as a count image by image says, and the rule finds the same images', async () => {
    const request = { dataset, filter: everything, surrogates: ['a', 'b', 'c'], models: ['d'], against: ['d'] }
    const mining = await engine.call('mining.compute', request)
    expect(mining).toMatchObject({ pool: sampleCount, leftOut: 0 })
    for (const set of mining.sets) {
      const mined = rows.filter((row) => [0, 1, 2].filter((model) => failsOn(row, model)).length >= set.threshold)
      const failures = mined.filter((row) => failsOn(row, 3)).length
      expect(set.count).toBe(mined.length)
      expect(set.models).toMatchObject([{ model: 'd', n: mined.length, failures, rate: failures / mined.length }])
      const { total } = await engine.call('query.counts', { dataset, filter: set.filter, facets: [], top: 1 })
      expect(total).toBe(mined.length)
      expect(await engine.where(dataset, set.where)).toEqual(set.filter)
    }
    expect(mining.sets.map(({ agreement }) => agreement?.both)).toEqual([
      rows.filter((row) => [0, 1, 2].some((model) => failsOn(row, model)) && failsOn(row, 3)).length,
      undefined,
      undefined,
    ])
  })

  it('[MN10] give the difference of two runs as a count image by image says', async () => {
    const difference = await engine.call('confusion.runDifference', {
      dataset,
      filter: everything,
      model: 'a',
      minus: 'd',
    })
    expect(difference.n).toEqual([sampleCount, sampleCount])
    const count = (truth: number, predicted: number, model: number) =>
      rows.filter((row) => row.label === truth && row.predicted[model] === predicted).length
    const idOf = (index: number) => Number(difference.classes[index]!.name.slice('class '.length))
    const cells = Array.from(difference.truth, (_, cell) => cellDifference(difference, cell))
    for (const cell of cells.slice(0, 200)) {
      const [truth, predicted] = [idOf(cell.truth), idOf(cell.predicted)]
      expect(cell.counts).toEqual([count(truth, predicted, 0), count(truth, predicted, 3)])
    }
    const right = cells.filter((cell) => cell.truth === cell.predicted)
    const sure = right.filter(({ q }) => q! <= 0.1)
    expect(sure.length).toBeGreaterThan(0)
    expect(sure.filter(({ difference: more }) => more! <= 0)).toEqual([])
  })

  it('[MN9] bar a surrogate from what it mined', async () => {
    const request = { dataset, filter: everything, surrogates: ['a', 'b'], models: ['b'], against: null }
    const failure = await failureOf(engine.call('mining.compute', request))
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining('by construction') })
  })
})

interface Total {
  readonly n: number
  readonly failing: number
}

/** Images and failures of the first model by a key. */
function totalsBy(key: (row: Row) => number): ReadonlyMap<number, Total> {
  const totals = new Map<number, Total>()
  for (const row of rows) {
    const { n, failing } = totals.get(key(row)) ?? { n: 0, failing: 0 }
    totals.set(key(row), { n: n + 1, failing: failing + Number(failsOn(row, 0)) })
  }
  return totals
}

/** P(K > k) + P(K = k) / 2 of failures drawn by chance within each class: the convolution of hypergeometric distributions. */
function midP(inside: readonly Row[], failures: number, classTotals: ReadonlyMap<number, Total>): number {
  const drawn = new Map<number, number>()
  for (const { label } of inside) drawn.set(label, (drawn.get(label) ?? 0) + 1)
  let distribution = [1]
  for (const [label, draws] of drawn) {
    const { n, failing } = classTotals.get(label)!
    const next = Array.from({ length: distribution.length + draws }, () => 0)
    for (let k = 0; k <= draws; k++) {
      const share = Math.exp(logChoose(failing, k) + logChoose(n - failing, draws - k) - logChoose(n, draws))
      for (const [total, probability] of distribution.entries()) next[total + k]! += probability * share
    }
    distribution = next
  }
  return distribution.reduce((sum, p, total) => sum + (total > failures ? p : total === failures ? p / 2 : 0), 0)
}

const logFactorials = new Float64Array(sampleCount + 1)
for (let n = 1; n <= sampleCount; n++) logFactorials[n] = logFactorials[n - 1]! + Math.log(n)

function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity
  return logFactorials[n]! - logFactorials[k]! - logFactorials[n - k]!
}
