// The measures of known benchmarks as lines for a list. Pure.
import type { Benchmarks } from '#contract/metrics.ts'
import { formatCount, formatInterval, formatPoints, formatRate } from '#core/format/numbers.ts'
import type { CsvRows } from '../save/csv-rows.ts'

export interface BenchmarkLine {
  readonly name: string
  readonly model: string
  /** The figure, and what it rests on. */
  readonly figure: string
  readonly detail: string
}

/** The lines as they are read. */
export function benchmarksCsv(lines: readonly BenchmarkLine[]): CsvRows {
  return [
    ['benchmark', 'model', 'figure', 'detail'],
    ...lines.map(({ name, model, figure, detail }) => [name, model, figure, detail]),
  ]
}

/** One line a benchmark and model, of the benchmarks whose fields the dataset has. */
export function benchmarkLines({ accepted, corruption, background, shape }: Benchmarks): readonly BenchmarkLine[] {
  return [
    ...linesOf(accepted?.isReal === true ? 'ReaL accuracy' : 'Accuracy on reviewed labels', accepted, ({ real }) => ({
      figure: `${formatRate(real.rate)} ${formatInterval(real.wilson)}`,
      detail: `of ${formatCount(real.n)}`,
    })),
    ...linesOf('Multi-label accuracy, mean over classes', accepted, ({ multiLabel }) => ({
      figure: formatRate(multiLabel.rate),
      detail: `${formatCount(multiLabel.n)} images of ${formatCount(multiLabel.classes)} classes, without the problematic`,
    })),
    ...linesOf('Corruption error', corruption, ({ meanCe, meanError, isComplete, corruptions, n }) => ({
      figure:
        meanCe === null ? formatRate(meanError) : `${isComplete ? 'mCE' : 'mean CE'} ${(meanCe * 100).toFixed(1)} %`,
      detail:
        meanCe === null
          ? `mean error over ${formatCount(corruptions.length)} corruptions, n ${formatCount(n)}; none has AlexNet’s error to divide by`
          : `mean error ${formatRate(meanError)}, ${formatCount(corruptions.length)} corruptions, n ${formatCount(n)}${isComplete ? '' : '; not all fifteen at five severities, so no mCE'}`,
    })),
    ...linesOf('Background gap', background, ({ gap, interval, same, random }) => ({
      figure: `${formatPoints(gap)} points [${formatPoints(interval[0])}, ${formatPoints(interval[1])}]${interval[0] <= 0 && interval[1] >= 0 ? ', could be chance' : ''}`,
      detail: `mixed-same ${formatRate(same.rate)} of ${formatCount(same.n)}, mixed-rand ${formatRate(random.rate)} of ${formatCount(random.n)}`,
    })),
    ...linesOf('Shape bias', shape, ({ bias, cueAccuracy, note }) => ({
      figure: bias === null ? '–' : `${formatRate(bias.rate)} ${formatInterval(bias.wilson)} of ${formatCount(bias.n)}`,
      detail: `${formatRate(cueAccuracy.rate)} of ${formatCount(cueAccuracy.n)} answers are either cue. ${note}`,
    })),
  ]
}

function linesOf<T>(
  name: string,
  part: { readonly models: readonly { readonly model: string; readonly result: T | null }[] } | null,
  describe: (result: T) => { readonly figure: string; readonly detail: string },
): BenchmarkLine[] {
  return (part?.models ?? []).flatMap(({ model, result }) =>
    result === null ? [] : [{ name, model, ...describe(result) }],
  )
}
