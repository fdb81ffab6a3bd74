// The calls for metrics: by value of a field, and of the benchmarks whose fields the dataset has.
import type { ModelMetrics as WireMetrics } from '#contract/metrics.ts'
import type { Codes, Column } from '#core/columns/column.ts'
import { formatPath } from '#core/filter/names.ts'
import { type ModelMetrics, valueMetrics } from '#core/metrics/value-metrics.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { topK } from '#store/run-arrays.ts'
import type { RunColumns } from '#store/run-columns.ts'
import { computeBenchmarks } from './benchmarks.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { metricModels } from './metric-models.ts'
import { madeFilter, valueCodes } from './value-codes.ts'
import { wireShare } from './wire-share.ts'

const mostRows = 1000

export function metricHandlers(parts: AnalysisParts): Subject<'metrics.compute' | 'metrics.benchmarks'> {
  return {
    'metrics.compute': ({ dataset: id, filter, by, bins, models }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`metrics ${JSON.stringify([filter, by, bins, models])}`, () => {
        const values = by === null ? null : valueCodes(dataset, by, bins)
        const { overall, values: rows } = valueMetrics({
          rows: dataset.filterBits(filter),
          values: values?.codes ?? new Uint8Array(dataset.rowCount),
          valueCount: values?.size ?? 0,
          models: models.map((model) => metricColumns(dataset, model)),
          weights: dataset.columns.weights,
        })
        const byValue = values === null ? [] : rows.toSorted((a, b) => weight(b) - weight(a))
        return {
          version: dataset.version,
          field: by === null ? null : formatPath(by),
          ...metricModels(dataset, filter, models),
          overall: overall.map(toWire),
          total: byValue.length,
          rows: byValue.slice(0, mostRows).map((row) => ({
            value: values!.valueOf(row.valueCode),
            filter: madeFilter(values!, row.valueCode),
            cells: row.models.map(toWire),
          })),
        }
      })
    },
    'metrics.benchmarks': ({ dataset: id, filter, models }) => {
      const dataset = parts.library.dataset(id)
      return dataset.remember(`benchmarks ${JSON.stringify([filter, models])}`, () =>
        computeBenchmarks(dataset, filter, models),
      )
    },
  }
}

/** Missing values first, then what most images speak for. */
function weight({
  valueCode,
  models,
}: {
  readonly valueCode: number
  readonly models: readonly ModelMetrics[]
}): number {
  return valueCode === 0 ? Infinity : Math.max(...models.map(({ accuracy }) => accuracy.n))
}

function metricColumns(dataset: AnalysedDataset, model: string) {
  const run = dataset.columns.runColumns(model)
  return {
    correct: run.correct,
    top5: knownTop5(run),
    confidence: numbersOf(run.column('confidence')),
    entropy: numbersOf(run.column('entropy')),
  }
}

/** Whether the truth is among the first five; 0 too where fewer answers came along and it is none of them. */
function knownTop5(run: RunColumns): Codes {
  const top5 = codesOf(run.column('top5_correct'))
  if (run.run.provider !== 'imported') return top5
  const { ranks } = run.truth
  const known = Uint8Array.from(top5)
  for (let row = 0; row < known.length; row++) {
    const rank = ranks[row]!
    if (rank > 1 && rank <= topK && run.answers(row).length < rank) known[row] = 0
  }
  return known
}

function codesOf(column: Column) {
  if (column.kind !== 'codes') throw new Error(`${column.kind} where codes were expected`)
  return column.codes
}

function numbersOf(column: Column) {
  if (column.kind !== 'numbers') throw new Error(`${column.kind} where numbers were expected`)
  return column.values
}

function toWire({ accuracy, top5, errorRatio, calibration, ...rest }: ModelMetrics): WireMetrics {
  return {
    accuracy: wireShare(accuracy),
    top5: top5 && wireShare(top5),
    errorRatio: errorRatio && { ratio: errorRatio.ratio, interval: [...errorRatio.interval] },
    calibration: calibration && {
      ...calibration,
      bins: calibration.bins.map(({ wilson, ...bin }) => ({ ...bin, wilson: [...wilson] })),
    },
    ...rest,
  }
}
