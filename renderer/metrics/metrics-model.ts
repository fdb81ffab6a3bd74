// Metrics by value as rows of text for a table, in the order asked for. Pure.
import type { Calibration, Metrics, ModelMetrics } from '#contract/metrics.ts'
import type { FilterExpr, Scalar } from '#core/filter/expr.ts'
import { formatCount, formatInterval, formatRate } from '#core/format/numbers.ts'
import { compareValues, valueText } from '../parts/filters.ts'
import type { CsvRows } from '../save/csv-rows.ts'

export const metricColumns = [
  { key: 'n', title: 'n', explains: 'Judged samples' },
  { key: 'accuracy', title: 'Accuracy', explains: 'Right answers of those judged, with Wilson’s 95 % interval' },
  { key: 'top5', title: 'Top 5', explains: 'The truth is among the first five answers' },
  {
    key: 'errorRatio',
    title: 'Error ratio',
    explains: 'Error rate here by error rate over all judged samples under the filter, with its 95 % interval',
  },
  {
    key: 'ece',
    title: 'Calibration error',
    explains:
      'Expected calibration error over 15 bins; in brackets what a perfectly calibrated model stays below by chance',
  },
  { key: 'confidence', title: 'Sure when wrong', explains: 'Mean confidence of wrong answers' },
  { key: 'entropy', title: 'Entropy', explains: 'Mean entropy of the answer, in nats' },
] as const
export type MetricKey = (typeof metricColumns)[number]['key']

export interface MetricRow {
  readonly key: string
  readonly label: string
  readonly value: Scalar | null
  /** Which samples it means, where that is not just `field = value`. */
  readonly filter: FilterExpr | null
  /** Whether it is the row over all samples. */
  readonly isAll: boolean
  readonly metrics: ModelMetrics
  readonly cells: readonly { readonly key: MetricKey; readonly text: string; readonly detail: string }[]
}

/** The row over all samples first, then values by the column, greatest first; those without the figure last. */
export function metricRows(metrics: Metrics, model: number, sort: MetricKey): readonly MetricRow[] {
  const rows = metrics.rows.flatMap(({ value, filter, cells }): MetricRow[] => {
    const own = cells[model]
    return own === undefined || own.accuracy.n === 0
      ? []
      : [rowOf({ value, filter, label: valueText(value), isAll: false }, own)]
  })
  const overall = metrics.overall[model]
  const ordered = rows.toSorted((a, b) => figureOf(b.metrics, sort) - figureOf(a.metrics, sort) || compareValues(a, b))
  return overall === undefined
    ? ordered
    : [rowOf({ value: null, filter: null, label: 'All', isAll: true }, overall), ...ordered]
}

function rowOf(row: Pick<MetricRow, 'value' | 'filter' | 'label' | 'isAll'>, metrics: ModelMetrics): MetricRow {
  const key = row.isAll ? 'all' : JSON.stringify(row.value)
  return { key, ...row, metrics, cells: metricColumns.map(({ key: column }) => cellOf(column, metrics)) }
}

function cellOf(key: MetricKey, metrics: ModelMetrics): MetricRow['cells'][number] {
  const { accuracy, top5, errorRatio, calibration, confidenceWhenWrong, entropy } = metrics
  const none = { key, text: '–', detail: '' }
  switch (key) {
    case 'n':
      return { key, text: formatCount(accuracy.n), detail: '' }
    case 'accuracy':
      return accuracy.n === 0 ? none : { key, text: formatRate(accuracy.rate), detail: formatInterval(accuracy.wilson) }
    case 'top5':
      return top5 === null ? none : { key, text: formatRate(top5.rate), detail: formatInterval(top5.wilson) }
    case 'errorRatio':
      return errorRatio === null
        ? none
        : {
            key,
            text: errorRatio.ratio.toFixed(2),
            detail: `[${errorRatio.interval.map((end) => end.toFixed(2)).join(', ')}]`,
          }
    case 'ece':
      return calibration === null
        ? none
        : {
            key,
            text: calibration.ece.toFixed(3),
            detail: `(${calibration.byChance.limit.toFixed(3)}${calibration.ece <= calibration.byChance.limit ? ': could be chance' : ''})`,
          }
    case 'confidence':
      return confidenceWhenWrong === null
        ? none
        : { key, text: formatRate(confidenceWhenWrong.mean), detail: `of ${formatCount(confidenceWhenWrong.n)}` }
    case 'entropy':
      return entropy === null
        ? none
        : { key, text: entropy.mean.toFixed(2), detail: entropy.n === accuracy.n ? '' : `of ${formatCount(entropy.n)}` }
  }
}

/** Greater is earlier; the least number for what has no figure. Accuracies run upwards: the worst first. */
function figureOf(metrics: ModelMetrics, key: MetricKey): number {
  const { accuracy, top5, errorRatio, calibration, confidenceWhenWrong, entropy } = metrics
  const figures: Record<MetricKey, number | null | undefined> = {
    n: accuracy.n,
    accuracy: -accuracy.rate,
    top5: top5 && -top5.rate,
    errorRatio: errorRatio?.ratio,
    ece: calibration?.ece,
    confidence: confidenceWhenWrong?.mean,
    entropy: entropy?.mean,
  }
  return figures[key] ?? -Number.MAX_VALUE
}

/** The bins of a reliability plot. */
export function calibrationCsv({ bins }: Calibration): CsvRows {
  return [
    ['from', 'to', 'n', 'confidence', 'accuracy', 'wilson_low', 'wilson_high'],
    ...bins.map(({ from, to, n, confidence, accuracy, wilson }) => [from, to, n, confidence, accuracy, ...wilson]),
  ]
}

/** Every figure of every model, a row a value. */
export function metricsCsv(metrics: Metrics): CsvRows {
  const header = [
    metrics.field ?? 'value',
    'model',
    'protocol',
    'n',
    'right',
    'accuracy',
    'accuracy_low',
    'accuracy_high',
    'top5_n',
    'top5',
    'error_ratio',
    'error_ratio_low',
    'error_ratio_high',
    'ece_n',
    'ece',
    'ece_chance_limit',
    'wrong_n',
    'confidence_when_wrong',
    'entropy_n',
    'entropy',
  ]
  const rows = [{ value: 'all', cells: metrics.overall }, ...metrics.rows]
  return [
    header,
    ...rows.flatMap(({ value, cells }) =>
      cells.map((cell, index) => {
        const { model, protocol } = metrics.models[index]!
        const { accuracy, top5, errorRatio, calibration, confidenceWhenWrong, entropy } = cell
        return [
          value,
          model,
          protocol,
          accuracy.n,
          accuracy.right,
          accuracy.n === 0 ? null : accuracy.rate,
          ...accuracy.wilson,
          top5?.n ?? null,
          top5?.rate ?? null,
          errorRatio?.ratio ?? null,
          errorRatio?.interval[0] ?? null,
          errorRatio?.interval[1] ?? null,
          calibration?.n ?? null,
          calibration?.ece ?? null,
          calibration?.byChance.limit ?? null,
          confidenceWhenWrong?.n ?? null,
          confidenceWhenWrong?.mean ?? null,
          entropy?.n ?? null,
          entropy?.mean ?? null,
        ]
      }),
    ),
  ]
}
