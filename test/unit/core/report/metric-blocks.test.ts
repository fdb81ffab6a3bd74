import { describe, expect, it } from 'vitest'
import { type ReportErrorRatios, type ReportMetrics, metricBlocks } from '#core/report/metric-blocks.ts'
import { writeMarkdown } from '#core/report/write-markdown.ts'

const share = (n: number, right: number) => ({
  n,
  right,
  rate: n === 0 ? 0 : right / n,
  wilson: [0.25, 0.75] as const,
})
const metrics: ReportMetrics = {
  model: 'lite0',
  protocol: 'unmasked, over 1,000 classes',
  barred: false,
  figures: {
    accuracy: share(1485, 730),
    top5: share(1485, 1000),
    calibration: { n: 1480, meanConfidence: 0.5, ece: 0.0412, byChance: { mean: 0.02, limit: 0.034 }, bins: [] },
    confidenceWhenWrong: { n: 755, mean: 0.31 },
    entropy: { n: 1485, mean: 2.5 },
  },
}
const ratios: ReportErrorRatios = {
  field: 'background',
  models: ['lite0', 'lite1'],
  rows: [
    {
      value: 'beach',
      cells: [
        { n: 52, errorRatio: { ratio: 1.55, interval: [1.31, 1.84] } },
        { n: 0, errorRatio: null },
      ],
    },
    {
      value: 'sea',
      cells: [
        { n: 50, errorRatio: { ratio: 1.05, interval: [0.81, 1.36] } },
        { n: 50, errorRatio: null },
      ],
    },
  ],
  further: 3,
}

describe('metrics in a report', () => {
  it('[UX11] stand with protocol and n, and say what could be chance', () => {
    const text = writeMarkdown(metricBlocks([metrics], [ratios]))
    expect(text).toContain(
      '| lite0 | unmasked, over 1,000 classes | 1,485 | 49 % \\[25, 75\\] | 67 % \\[25, 75\\] | 0.041 (0.034) of 1,480 | 31 % of 755 | 2.50 |',
    )
    expect(text).toContain('| beach | 1.55 \\[1.31, 1.84\\], n 52 | – |')
    expect(text).toContain('| sea | 1.05 \\[0.81, 1.36\\], n 50, could be chance | not defined, n 50 |')
    expect(text).toContain('3 more values.')
  })

  it('[UX11] say where a model made the set, what is not known, and nothing where nothing is judged', () => {
    const { figures } = metrics
    const bare = { ...figures, top5: null, calibration: null, confidenceWhenWrong: null, entropy: null }
    expect(writeMarkdown(metricBlocks([{ ...metrics, barred: true, figures: bare }], []))).toContain(
      '| lite0 (made this set) | unmasked, over 1,000 classes | 1,485 | 49 % \\[25, 75\\] | – | – | – | – |',
    )
    expect(metricBlocks([{ ...metrics, figures: { ...figures, accuracy: share(0, 0) } }], [])).toEqual([])
  })
})
