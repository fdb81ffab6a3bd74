// Fields of numbers cut into bins: in slices, crossings, metrics and accuracies, through the engine and the command line.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CallInput } from '#contract/contract.ts'
import { type FilterExpr, everything } from '#core/filter/expr.ts'
import { importAnswers, importOutcomeScene, outcomeRows } from '../../support/outcome-scene.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string

beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
  dataset = await importOutcomeScene(engine, folder.folder)
  await importAnswers(engine, folder.folder, dataset, 'a', (row) => row % 7 < 3)
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const brightness = { kind: 'field', name: 'brightness' } as const
const severity = { kind: 'field', name: 'severity' } as const
const background = { kind: 'field', name: 'background' } as const

const slices = (input: Partial<CallInput<'slices.compute'>>) =>
  engine.call('slices.compute', {
    dataset,
    filter: everything,
    field: brightness,
    cross: null,
    models: ['a'],
    adjust: 'auto',
    ...input,
  })
const countOf = async (filter: FilterExpr) =>
  (await engine.call('query.counts', { dataset, filter, facets: [], top: 1 })).total

describe('bins of numbers', () => {
  it('[UX2] hold about equally many values, as many bins as asked, and a filter that finds their samples', async () => {
    for (const bins of [null, 3, 12]) {
      const { slices: rows, missing } = await slices({ bins })
      expect(rows).toHaveLength(bins ?? 5)
      expect(await Promise.all(rows.map(({ filter }) => countOf(filter!)))).toEqual(rows.map(({ n }) => n))
      expect(Math.max(...rows.map(({ n }) => n)) - Math.min(...rows.map(({ n }) => n))).toBeLessThan(3)
      expect(missing).toMatchObject({ n: 24, what: 'without a value' })
      expect(await countOf(missing!.filter)).toBe(24)
    }
  })

  it('[UX2] by hand leave out what lies outside, and count it apart', async () => {
    const { slices: rows, missing } = await slices({ bins: [5, 10, 20] })
    const values = outcomeRows.flatMap(({ brightness: value }) => value ?? [])
    expect(Object.fromEntries(rows.map(({ value, n }) => [value, n]))).toEqual({
      '5 to below 10': values.filter((value) => value >= 5 && value < 10).length,
      '10 to 20': values.filter((value) => value >= 10 && value <= 20).length,
    })
    expect(missing!.what).toBe('outside of the bins or without a value')
    const outside = values.filter((value) => value < 5 || value > 20).length + 24
    expect(missing!.n).toBe(outside)
    expect(await countOf(missing!.filter)).toBe(outside)
  })

  it('[UX2] are the values themselves where these are few', async () => {
    const { slices: rows } = await slices({ field: severity })
    expect(rows.map(({ value }) => value).sort()).toEqual([1, 2, 3, 4, 5])
    expect(await Promise.all(rows.map(({ filter }) => countOf(filter!)))).toEqual(rows.map(({ n }) => n))
    expect((await slices({ field: severity, bins: 2 })).slices.map(({ n }) => n)).toHaveLength(2)
  })

  it('[UX2] are crossed with values and with other bins, whose filters find both', async () => {
    const crossed = await slices({ field: background, cross: brightness, crossBins: [0, 10, 30] })
    expect(crossed.slices).toHaveLength(6)
    expect(crossed.slices.map(({ value }) => value)).toContain('a × b × 0 to below 10')
    const both = await slices({ cross: severity, bins: 2, crossBins: [1, 3, 5] })
    for (const { filter, n } of [...crossed.slices, ...both.slices]) expect(await countOf(filter!)).toBe(n)
    expect(await countOf(both.missing!.filter)).toBe(both.missing!.n)
  })

  it('[UX2] cut metrics and accuracies alike', async () => {
    const bins = [0, 10, 30]
    const metrics = await engine.call('metrics.compute', {
      dataset,
      filter: everything,
      by: brightness,
      bins,
      models: ['a'],
    })
    const accuracy = await engine.call('compare.accuracy', {
      dataset,
      filter: everything,
      field: brightness,
      bins,
      models: ['a'],
    })
    const ofMetrics = new Map(metrics.rows.map(({ value, cells }) => [value, cells[0]!.accuracy.n]))
    const ofAccuracy = new Map(accuracy.rows.map(({ value, cells }) => [value, cells[0]!.n]))
    expect(ofMetrics.get('10 to 30')).toBe((await slices({ bins })).slices.find(({ value }) => value === '10 to 30')!.n)
    for (const [value, n] of ofAccuracy) expect(ofMetrics.get(value)).toBe(n)
    for (const row of [...metrics.rows, ...accuracy.rows]) {
      expect(await countOf(row.filter!)).toBe(ofMetrics.get(row.value))
    }
  })

  it('[UX2] are for numbers, ascend, and are at least two', async () => {
    expect(await failureOf(slices({ field: background, bins: 3 }))).toMatchObject({ code: 'usage' })
    expect(await failureOf(slices({ bins: [2, 1] }))).toMatchObject({ code: 'usage' })
    expect(await failureOf(slices({ bins: 1 }))).toMatchObject({ code: 'usage' })
  })
})

describe('foible slices and metrics', () => {
  it('[UX2] take bins for either field', async () => {
    const flags = ['--models', 'a', '--library', engine.library]
    await engine.close()
    const table = await runJson(['slices', dataset, '--field', 'brightness', '--bins', '0,10,30', ...flags])
    expect(table).toMatchObject({ slices: [{ value: expect.stringContaining(' to ') }, {}] })
    const crossed = ['--field', 'background', '--cross', 'severity', '--cross-bins', '2', ...flags]
    expect(await runJson(['slices', dataset, ...crossed])).toMatchObject({ field: 'background × severity' })
    const metrics = await runJson(['metrics', dataset, '--by', 'brightness', '--bins', '3', ...flags])
    expect(metrics).toMatchObject({ total: 4 })
    engine = await openTestEngine(engine.library)
  })
})

describe('numbers as values', () => {
  let years: string
  const year = { kind: 'field', name: 'year' } as const
  const counts = { 1999: 2, 2020: 3, 0.12345: 2, 0.12346: 1, 2021: 1, 2022: 2, 2023: 1 }
  const rows = Object.entries(counts).flatMap(([value, n]) => Array.from({ length: n }, () => Number(value)))

  beforeAll(async () => {
    const file = path.join(folder.folder, 'years.csv')
    const lines = rows.map((value, i) => `image-${i}.jpg,class ${i % 4},${value},${Math.floor(value / 10) * 10}`)
    await writeFile(file, ['file_name,label,year,decade', ...lines].join('\n'))
    years = await engine.import(file)
    await importAnswers(engine, folder.folder, years, 'c', (row) => row % 2 === 0)
  })

  it('[UX16] are numbers, neither rounded nor grouped', async () => {
    const field = { kind: 'field', name: 'decade' } as const
    const table = await slices({ dataset: years, field, models: ['c'] })
    expect(new Set(table.slices.map(({ value }) => value))).toEqual(new Set([0, 1990, 2020]))
    const crossed = await slices({ dataset: years, field, cross: field, models: ['c'] })
    expect(crossed.slices.map(({ value }) => value)).toContain('2020 × 2020')
    const listed = await engine.call('query.values', { dataset: years, path: year, search: '', limit: 10 })
    expect(new Map(listed.map(({ value, count }) => [String(value), count]))).toEqual(new Map(Object.entries(counts)))
    expect(listed.every(({ value }) => typeof value === 'number')).toBe(true)
  })

  it('[UX16] are found by what they are, however many there are', async () => {
    for (const value of [2020, '2020', '2.02e3']) {
      const input = { dataset: years, filter: everything, model: 'c', by: year, value }
      expect(await engine.call('confusion.compute', input)).toMatchObject({ samples: counts[2020] })
    }
    const input = { dataset: years, filter: everything, model: 'c', by: year, value: 2024 }
    expect(await failureOf(engine.call('confusion.compute', input))).toMatchObject({ code: 'not_found' })
  })

  it('[UX16] have a confusion each, and a measure is refused one', async () => {
    const flags = ['--model', 'c', '--library', engine.library]
    await engine.close()
    const all = await runJson(['confusion', years, '--by', 'year', ...flags])
    expect(all).toMatchObject({
      values: expect.arrayContaining([expect.objectContaining({ value: 2020, samples: 3 })]),
    })
    expect(await runJson(['confusion', years, '--by', 'year', '--value', '2020', ...flags])).toMatchObject({
      samples: 3,
    })
    const measured = await runCommand([
      'confusion',
      dataset,
      '--by',
      'brightness',
      '--model',
      'a',
      '--library',
      engine.library,
    ])
    expect(measured).toMatchObject({ code: 2, err: expect.stringContaining('too many different values') })
    engine = await openTestEngine(engine.library)
  })
})
