// foible metrics: what benchmarks report, over all samples, by the values of a field, and of the benchmarks that a dataset is made for.
import type { Command } from 'commander'
import type { Benchmarks, Metrics, ModelMetrics } from '#contract/metrics.ts'
import { formatCount, formatInterval, formatPoints, formatRate } from '#core/format/numbers.ts'
import { type RunCommand, bins, nameList } from '../command-line.ts'
import { formatTable } from '../format-table.ts'
import { type Where, openUnder, pathOf } from './query.ts'

interface MetricsFlags extends Where {
  readonly models: string[]
  readonly by?: string
  readonly bins?: number | number[]
}

export function addMetricsCommand(program: Command, run: RunCommand): void {
  program
    .command('metrics')
    .description('accuracy, top-5, error ratio, calibration and entropy, and the measures of known benchmarks')
    .argument('<dataset>')
    .requiredOption('--models <names>', 'one or several, separated by commas', nameList)
    .option('--by <field>', 'for every value of this field')
    .option(
      '--bins <bins>',
      'how a field of numbers is cut: how many bins, or limits as in 0,50,100 (default: 5)',
      bins,
    )
    .option('--where <filter>')
    .action((dataset: string, flags: MetricsFlags) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const { models } = flags
        const by = flags.by === undefined ? null : pathOf(summary, flags.by)
        const cut = { by, bins: flags.bins ?? null }
        const metrics = await session.client.call('metrics.compute', { dataset, filter, models, ...cut })
        const benchmarks = await session.client.call('metrics.benchmarks', { dataset, filter, models })
        const { accepted, corruption, background, shape } = benchmarks
        session.print({ ...metrics, benchmarks: { accepted, corruption, background, shape } }, () =>
          [formatMetrics(metrics), ...formatBenchmarks(benchmarks)].join('\n'),
        )
      }),
    )
}

function formatMetrics({ models, overall, rows, field, total, selection }: Metrics): string {
  const lines = [{ value: 'all', cells: overall }, ...rows].flatMap(({ value, cells }) =>
    cells.map((cell, i) => {
      const { model, barred } = models[i]!
      return [
        value === null ? 'missing' : String(value),
        `${model}${barred ? ' (made this set)' : ''}`,
        ...figuresOf(cell),
      ]
    }),
  )
  const header = [
    field ?? '',
    'model',
    'n',
    'accuracy',
    'interval',
    'top 5',
    'error ratio',
    'ECE',
    'chance',
    'sure, wrong',
    'entropy',
  ]
  return [
    ...models.map(({ model, evidence }) => (evidence.startsWith(`${model}:`) ? evidence : `${model}: ${evidence}`)),
    ...(selection === null ? [] : [selection.warning]),
    formatTable(header, lines),
    ...(total > rows.length ? [`${formatCount(total - rows.length)} values with fewer samples are not listed.`] : []),
  ].join('\n')
}

/** Every figure whose n is not the row's own says it. */
function figuresOf({ accuracy, top5, errorRatio, calibration, confidenceWhenWrong, entropy }: ModelMetrics): string[] {
  const { n } = accuracy
  const of = (own: number) => (own === n ? '' : ` of ${formatCount(own)}`)
  return [
    formatCount(n),
    n === 0 ? '–' : formatRate(accuracy.rate),
    n === 0 ? '' : formatInterval(accuracy.wilson),
    top5 === null ? '–' : `${formatRate(top5.rate)}${of(top5.n)}`,
    errorRatio === null
      ? '–'
      : `${errorRatio.ratio.toFixed(2)} [${errorRatio.interval.map((end) => end.toFixed(2)).join(', ')}]`,
    calibration === null ? '–' : `${calibration.ece.toFixed(3)}${of(calibration.n)}`,
    calibration === null ? '–' : `up to ${calibration.byChance.limit.toFixed(3)}`,
    confidenceWhenWrong === null
      ? '–'
      : `${formatRate(confidenceWhenWrong.mean)} of ${formatCount(confidenceWhenWrong.n)}`,
    entropy === null ? '–' : `${entropy.mean.toFixed(2)}${of(entropy.n)}`,
  ]
}

function formatBenchmarks({ accepted, corruption, background, shape }: Benchmarks): string[] {
  const table = <T>(
    title: string,
    header: readonly string[],
    part: { readonly models: readonly { readonly model: string; readonly result: T | null }[] } | null,
    cells: (result: T) => readonly string[],
  ) => {
    const rows = part?.models.flatMap(({ model, result }) => (result === null ? [] : [[model, ...cells(result)]])) ?? []
    return rows.length === 0 ? [] : ['', title, formatTable(['model', ...header], rows)]
  }
  return [
    ...table(
      'Reviewed labels',
      [accepted?.isReal === true ? 'ReaL' : 'accuracy', 'of', 'multi-label', 'of', 'classes'],
      accepted,
      ({ real, multiLabel }) => [
        `${formatRate(real.rate)} ${formatInterval(real.wilson)}`,
        formatCount(real.n),
        formatRate(multiLabel.rate),
        formatCount(multiLabel.n),
        formatCount(multiLabel.classes),
      ],
    ),
    ...table(
      'Corruptions',
      ['mCE', 'mean error', 'corruptions', 'n'],
      corruption,
      ({ meanCe, isComplete, meanError, corruptions, n }) => [
        meanCe === null
          ? '–'
          : `${(meanCe * 100).toFixed(1)} %${isComplete ? '' : ' (not all fifteen, or not all severities)'}`,
        formatRate(meanError),
        formatCount(corruptions.length),
        formatCount(n),
      ],
    ),
    ...table(
      'Backgrounds',
      ['mixed-same', 'of', 'mixed-rand', 'of', 'gap', 'interval'],
      background,
      ({ same, random, gap, interval }) => [
        formatRate(same.rate),
        formatCount(same.n),
        formatRate(random.rate),
        formatCount(random.n),
        formatPoints(gap),
        `[${formatPoints(interval[0])}, ${formatPoints(interval[1])}]`,
      ],
    ),
    ...table(
      'Shape and texture',
      ['shape bias', 'of', 'either cue', 'of', ''],
      shape,
      ({ bias, cueAccuracy, note }) => [
        bias === null ? '–' : `${formatRate(bias.rate)} ${formatInterval(bias.wilson)}`,
        formatCount(bias?.n ?? 0),
        formatRate(cueAccuracy.rate),
        formatCount(cueAccuracy.n),
        note,
      ],
    ),
  ]
}
