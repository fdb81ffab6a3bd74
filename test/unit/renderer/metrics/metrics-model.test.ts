import { describe, expect, it } from 'vitest'
import type { Benchmarks, Metrics, ModelMetrics } from '#contract/metrics.ts'
import { benchmarkLines } from '../../../../renderer/metrics/benchmarks-model.ts'
import { metricRows, metricsCsv } from '../../../../renderer/metrics/metrics-model.ts'

const metricsOf = (n: number, right: number, more: Partial<ModelMetrics> = {}): ModelMetrics => ({
  accuracy: { n, right, rate: right / n, wilson: [0.1, 0.9] },
  top5: null,
  errorRatio: null,
  calibration: null,
  confidenceWhenWrong: null,
  entropy: null,
  ...more,
})
const calibration = (ece: number, limit: number) => ({
  n: 9,
  meanConfidence: 0.5,
  ece,
  byChance: { mean: 0.01, limit },
  bins: [],
})
const metrics: Metrics = {
  version: 1,
  field: 'background',
  models: [
    { model: 'a', protocol: 'unmasked', evidence: '', barred: false },
    { model: 'b', protocol: 'masked', evidence: '', barred: false },
  ],
  selection: null,
  overall: [metricsOf(30, 20), metricsOf(30, 10)],
  total: 3,
  rows: [
    {
      value: 'moss',
      filter: null,
      cells: [metricsOf(10, 2, { errorRatio: { ratio: 2.4, interval: [1.5, 3] } }), metricsOf(10, 5)],
    },
    {
      value: 'sea',
      filter: null,
      cells: [metricsOf(15, 12, { calibration: calibration(0.05, 0.08) }), metricsOf(15, 5)],
    },
    { value: null, filter: null, cells: [metricsOf(5, 5, { entropy: { n: 4, mean: 1.25 } }), metricsOf(5, 0)] },
  ],
}
const share = (right: number, n: number) => ({ n, right, rate: right / n, wilson: [0.1, 0.9] as [number, number] })

describe('metrics on screen', () => {
  it('[ST241] order values by a figure, all samples first and those without it last', () => {
    const labels = (sort: Parameters<typeof metricRows>[2]) => metricRows(metrics, 0, sort).map(({ label }) => label)
    expect(labels('n')).toEqual(['All', 'sea', 'moss', 'missing'])
    expect(labels('accuracy')).toEqual(['All', 'moss', 'sea', 'missing'])
    expect(labels('errorRatio')).toEqual(['All', 'moss', 'missing', 'sea'])
    expect(metricRows(metrics, 1, 'accuracy').map(({ label }) => label)).toEqual(['All', 'missing', 'sea', 'moss'])
  })

  it('[ST241] say of what each figure is, and whether it could be chance', () => {
    const cells = metricRows(metrics, 0, 'n').map((row) =>
      Object.fromEntries(row.cells.map(({ key, text, detail }) => [key, `${text} ${detail}`.trim()])),
    )
    expect(cells[2]).toMatchObject({ n: '10', accuracy: '20 % [10, 90]', errorRatio: '2.40 [1.50, 3.00]', ece: '–' })
    expect(cells[1]).toMatchObject({ ece: '0.050 (0.080: could be chance)' })
    expect(cells[3]).toMatchObject({ entropy: '1.25 of 4' })
  })

  it('[ST241] are saved with every figure of every model', () => {
    const [header, ...rows] = metricsCsv(metrics)
    expect(rows).toHaveLength(8)
    expect(rows.every((row) => row.length === header!.length)).toBe(true)
    expect(rows[3]!.slice(0, 6)).toEqual(['moss', 'b', 'masked', 10, 5, 0.5])
  })

  it('[ST242] tell the measures of benchmarks with what each rests on', () => {
    const benchmarks: Benchmarks = {
      version: 1,
      models: metrics.models,
      selection: null,
      accepted: null,
      corruption: {
        fields: [],
        models: [
          {
            model: 'a',
            result: { n: 40, corruptions: [], meanError: 0.5, meanCe: 0.767, isComplete: true },
          },
          { model: 'b', result: { n: 40, corruptions: [], meanError: 0.5, meanCe: null, isComplete: false } },
        ],
      },
      background: {
        fields: [],
        models: [
          { model: 'a', result: { same: share(9, 10), random: share(8, 10), gap: 0.1, interval: [-0.2, 0.4] } },
          { model: 'b', result: null },
        ],
      },
      shape: null,
    }
    expect(benchmarkLines(benchmarks).map(({ model, figure }) => [model, figure])).toEqual([
      ['a', 'mCE 76.7 %'],
      ['b', '50 %'],
      ['a', '+10 points [−20, +40], could be chance'],
    ])
  })

  it('[BG85] call the accuracy on reviewed labels ReaL’s only where these are', () => {
    const result = { real: share(8, 10), multiLabel: { n: 9, right: 8, classes: 3, rate: 0.9 } }
    const nameWith = (isReal: boolean) => {
      const accepted = { fields: [], isReal, models: [{ model: 'a', result }] }
      const none = { corruption: null, background: null, shape: null }
      return benchmarkLines({ version: 1, models: metrics.models, selection: null, accepted, ...none })[0]!.name
    }
    expect([nameWith(true), nameWith(false)]).toEqual(['ReaL accuracy', 'Accuracy on reviewed labels'])
  })
})
