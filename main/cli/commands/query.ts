// foible facets, samples, slices, compare.
import type { Command } from 'commander'
import type { SliceTable } from '#contract/analysis.ts'
import type { Page } from '#contract/query.ts'
import type { DatasetSummary } from '#contract/library.ts'
import { FoibleError } from '#core/errors.ts'
import { nounOf } from '#core/format/noun-of.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { Path } from '#core/filter/expr.ts'
import { parsePath } from '#core/filter/parse-path.ts'
import { type RunCommand, bins, nameList, positiveInteger, shareOf, wholeNumber } from '../command-line.ts'
import { formatShare } from '../format-share.ts'
import { formatTable } from '../format-table.ts'
import { type Session, parseWhere, vocabularyOf } from '../session.ts'

export interface Where {
  readonly where?: string
}

export async function openUnder(session: Session, dataset: string, flags: Where) {
  const summary = await session.client.call('datasets.open', { dataset })
  return { summary, filter: parseWhere(summary, flags.where) }
}

export function pathOf(summary: DatasetSummary, text: string): Path {
  return parsePath(text, vocabularyOf(summary))
}

export function addQueryCommands(program: Command, run: RunCommand): void {
  program
    .command('facets')
    .description("counts of every field's values under a filter, its own clause left out")
    .argument('<dataset>')
    .option('--where <filter>')
    .action((dataset: string, flags: Where) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const counts = await session.client.call('query.counts', { dataset, filter, facets: null, top: 100_000 })
        const fields = Object.fromEntries(
          counts.facets
            .filter((facet) => facet.kind === 'values')
            .map((facet) => [
              facet.name,
              Object.fromEntries(facet.values.map(({ value, count }) => [String(value), count])),
            ]),
        )
        const missing = Object.fromEntries(counts.facets.map((facet) => [facet.name, facet.missing]))
        const tags = Object.fromEntries(counts.tags.map(({ name, count }) => [name, count]))
        session.print({ total: counts.total, fields, missing, tags }, () =>
          [
            `${formatCount(counts.total)} of ${formatCount(counts.samples)} ${nounOf(summary)}s`,
            ...Object.entries(fields).flatMap(([field, values]) => [
              field,
              ...Object.entries(values)
                .slice(0, 20)
                .map(([value, count]) => `  ${formatCount(count).padStart(9)}  ${value}`),
            ]),
          ].join('\n'),
        )
      }),
    )

  program
    .command('samples')
    .description('list samples under a filter')
    .argument('<dataset>')
    .option('--where <filter>')
    .option('--sort <path>', 'a field, or a property such as efficientnet-lite0.confidence')
    .option('--desc', 'descending')
    .option('--limit <n>', 'how many', positiveInteger, 100)
    .option('--offset <n>', 'from which', wholeNumber, 0)
    .action((dataset: string, flags: Where & { sort?: string; desc?: boolean; limit: number; offset: number }) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const sort =
          flags.sort === undefined ? null : { path: pathOf(summary, flags.sort), descending: flags.desc ?? false }
        const fields = summary.fields.filter((field) => field.name !== 'id' && field.name !== 'file_name')
        const columns: Path[] = [
          ...fields.map((field): Path => ({ kind: 'field', name: field.name })),
          ...summary.runs.flatMap(({ model }) =>
            (['predicted', 'confidence', 'correct', 'truth_rank'] as const).map((property): Path => ({
              kind: 'run',
              model,
              property,
            })),
          ),
        ]
        const pages: Page[] = []
        let total = 0
        for (let read = 0; read < flags.limit; read += 1000) {
          const page = await session.client.call('query.page', {
            dataset,
            filter,
            order: { groupBy: null, sort },
            offset: flags.offset + read,
            limit: Math.min(1000, flags.limit - read),
            columns,
          })
          total = page.total
          pages.push(page)
          if (page.offset + page.ids.length >= total) break
        }
        const samples = pages.flatMap((page) =>
          Array.from(page.ids, (id, i) => ({
            id,
            file_name: page.fileNames[i]!,
            tags: page.tags[i]!,
            ...Object.fromEntries(page.columns.map((column) => [column.name, column.values[i] ?? null])),
          })),
        )
        session.print({ total, samples }, () =>
          [
            `${formatCount(total)} samples`,
            ...pages.flatMap((page) => Array.from(page.ids, (id, i) => `${id}\t${page.fileNames[i]}`)),
          ].join('\n'),
        )
      }),
    )

  program
    .command('slices')
    .description('which values of a field fool the models, with the statistics to defend it')
    .argument('<dataset>')
    .requiredOption('--field <field>')
    .option('--cross <field>', 'cross with a second field')
    .option(
      '--bins <bins>',
      'how a field of numbers is cut: how many bins, or limits as in 0,50,100 (default: 5)',
      bins,
    )
    .option('--cross-bins <bins>', 'the same for the second field', bins)
    .requiredOption('--models <names>', 'one or several, separated by commas', nameList)
    .option('--where <filter>')
    .option(
      '--class-adjust <on|off>',
      'compare with what the same classes do elsewhere (default: where it makes sense)',
    )
    .option('--min-margin <m>', 'leave out inferred values that nobody confirmed and whose margin is lower', shareOf)
    .action(
      (
        dataset: string,
        flags: Where & {
          field: string
          cross?: string
          bins?: number | number[]
          crossBins?: number | number[]
          models: string[]
          classAdjust?: string
          minMargin?: number
        },
      ) =>
        run(async (session) => {
          const { summary, filter } = await openUnder(session, dataset, flags)
          const table = await session.client.call('slices.compute', {
            dataset,
            filter,
            field: pathOf(summary, flags.field),
            cross: flags.cross === undefined ? null : pathOf(summary, flags.cross),
            bins: flags.bins ?? null,
            crossBins: flags.crossBins ?? null,
            models: flags.models,
            adjust: readSwitch(flags.classAdjust),
            minMargin: flags.minMargin ?? null,
          })
          session.print(table, formatSlices)
        }),
    )

  program
    .command('compare')
    .description('who fails where: counts of every failing subset of the models')
    .argument('<dataset>')
    .requiredOption('--models <names>', 'two or more, separated by commas', nameList)
    .option('--where <filter>')
    .action((dataset: string, flags: Where & { models: string[] }) =>
      run(async (session) => {
        if (flags.models.length < 2)
          throw new FoibleError('usage', '--models takes two or more names, separated by commas.')
        const { summary, filter } = await openUnder(session, dataset, flags)
        const noun = `${nounOf(summary)}s`
        const comparison = await session.client.call('compare.compute', { dataset, filter, models: flags.models })
        const judged = comparison.models.map((model, index) => `${model}: ${comparison.protocols[index]}`)
        session.print(comparison, () =>
          [
            `${formatCount(comparison.n)} ${noun} that all have judged`,
            ...judged,
            ...comparison.notes,
            ...(comparison.selection === null ? [] : [comparison.selection.warning]),
            formatTable(
              ['failing', noun, ...(comparison.unanimous === null ? [] : ['same label'])],
              comparison.subsets.map((subset) => [
                subset.failing.length === 0 ? 'none' : subset.failing.join(' + '),
                formatCount(subset.count),
                ...(subset.sameLabel === null ? [] : [formatCount(subset.sameLabel)]),
              ]),
            ),
          ].join('\n'),
        )
      }),
    )
}

function readSwitch(text: string | undefined): 'auto' | 'on' | 'off' {
  if (text === undefined) return 'auto'
  if (text === 'on' || text === 'off') return text
  throw new FoibleError('usage', `--class-adjust is on or off, not “${text}”.`)
}

/** The ranked table for people: badge, figures, and the power line above. */
export function formatSlices(table: SliceTable): string {
  const words = { always: 'always fools', more: 'fails more', 'all-failed': 'all failed, too few', less: 'fails less' }
  const percent = (value: number) => `${Math.round(value * 100)} %`
  return [
    `${table.field} · ${table.models.join(', ')} · ${formatShare(table.overall.failures, table.overall.n)} fail`,
    ...(table.selection === null ? [] : [table.selection.warning]),
    table.power.sentence,
    table.adjustNote,
    ...table.inferred,
    ...table.leftOut.map(({ reason, count }) => `Left out: ${formatCount(count)} ${reason}.`),
    ...(table.missing === null ? [] : [`Not in the table: ${formatCount(table.missing.n)} ${table.missing.what}.`]),
    formatTable(
      [table.field, 'fail', 'of', 'rate', 'interval', 'expected', 'q', ''],
      table.slices.map((slice) => [
        String(slice.value),
        formatCount(slice.failures),
        formatCount(slice.n),
        percent(slice.rate),
        `[${Math.round(slice.wilson[0] * 100)}, ${Math.round(slice.wilson[1] * 100)}]`,
        percent(slice.expected),
        slice.q === null ? '' : slice.q < 0.001 ? '<.001' : slice.q.toFixed(3).replace(/^0/, ''),
        slice.badge === null ? '' : words[slice.badge],
      ]),
    ),
    'These figures rest on:',
    ...table.evidence.map((line) => `  ${line}`),
  ].join('\n')
}
