// The metrics of a report: a table of the models over everything, and their error ratios by value.
import { formatCount, formatInterval, formatRate } from '../format/numbers.ts'
import type { ModelMetrics, ShareOf } from '../metrics/value-metrics.ts'
import type { Block, Cell } from './report-blocks.ts'

export interface ReportMetrics {
  readonly model: string
  /** As the evidence says it: "unmasked, over 1,000 classes". */
  readonly protocol: string
  /** The images were picked by its own answers. */
  readonly barred: boolean
  readonly figures: Pick<ModelMetrics, 'accuracy' | 'top5' | 'calibration' | 'confidenceWhenWrong' | 'entropy'>
}

export interface ReportErrorRatios {
  readonly field: string
  readonly models: readonly string[]
  readonly rows: readonly {
    readonly value: string
    readonly cells: readonly { readonly n: number; readonly errorRatio: ModelMetrics['errorRatio'] }[]
  }[]
  /** Values beyond the rows. */
  readonly further: number
}

export function metricBlocks(metrics: readonly ReportMetrics[], ratios: readonly ReportErrorRatios[]): Block[] {
  if (metrics.every(({ figures }) => figures.accuracy.n === 0)) return []
  return [
    { kind: 'heading', level: 2, text: 'Metrics' },
    {
      kind: 'table',
      head: [
        'model',
        'protocol',
        'n',
        'accuracy [95 %]',
        'top 5 [95 %]',
        'calibration error',
        'sure when wrong',
        'entropy',
      ],
      rows: metrics.map(metricRow),
    },
    {
      kind: 'paragraph',
      text: 'The calibration error (ECE) is over 15 bins of equal width; in brackets what a perfectly calibrated model stays below in 95 % of cases, and a figure below that could be chance. “Sure when wrong” is the mean confidence of wrong answers; entropy is in nats.',
    },
    ...ratios.flatMap(ratioBlocks),
  ]
}

function metricRow({ model, protocol, barred, figures }: ReportMetrics): Cell[] {
  const { accuracy, top5, calibration, confidenceWhenWrong, entropy } = figures
  const of = (n: number) => (n === accuracy.n ? '' : ` of ${formatCount(n)}`)
  return [
    barred ? `${model} (made this set)` : model,
    protocol,
    formatCount(accuracy.n),
    shareCell(accuracy),
    top5 === null ? '–' : shareCell(top5),
    calibration === null
      ? '–'
      : `${calibration.ece.toFixed(3)} (${calibration.byChance.limit.toFixed(3)})${of(calibration.n)}`,
    confidenceWhenWrong === null
      ? '–'
      : `${formatRate(confidenceWhenWrong.mean)} of ${formatCount(confidenceWhenWrong.n)}`,
    entropy === null ? '–' : `${entropy.mean.toFixed(2)}${of(entropy.n)}`,
  ]
}

function shareCell({ n, rate, wilson }: ShareOf): Cell {
  if (n === 0) return 'nothing judged'
  return { text: `${formatRate(rate)} ${formatInterval(wilson)}`, rate, interval: wilson, expected: null }
}

function ratioBlocks({ field, models, rows, further }: ReportErrorRatios): Block[] {
  const cell = ({ n, errorRatio }: ReportErrorRatios['rows'][number]['cells'][number]): Cell => {
    if (errorRatio === null) return n === 0 ? '–' : `not defined, n ${formatCount(n)}`
    const [low, high] = errorRatio.interval.map((end) => end.toFixed(2))
    const word = errorRatio.interval[0] <= 1 && errorRatio.interval[1] >= 1 ? ', could be chance' : ''
    return `${errorRatio.ratio.toFixed(2)} [${low}, ${high}], n ${formatCount(n)}${word}`
  }
  return [
    { kind: 'heading', level: 3, text: `Error ratio by ${field}` },
    {
      kind: 'paragraph',
      text: 'Error rate at the value by error rate over all judged samples, with its 95 % interval: above 1 is harder.',
    },
    { kind: 'table', head: [field, ...models], rows: rows.map((row) => [row.value, ...row.cells.map(cell)]) },
    ...(further === 0 ? [] : [{ kind: 'paragraph', text: `${formatCount(further)} more values.` } as const]),
  ]
}
