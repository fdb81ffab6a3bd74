// foible discover: values and pairs of values that stand out, over many fields at once.
import { type Command, InvalidArgumentError } from 'commander'
import type { Discovered, Discovery } from '#contract/discovery.ts'
import { formatCount, formatInterval, formatProbability, formatRate } from '#core/format/numbers.ts'
import type { Path } from '#core/filter/expr.ts'
import { FoibleError } from '#core/errors.ts'
import { type RunCommand, binLimits, nameList, positiveInteger } from '../command-line.ts'
import { formatShare } from '../format-share.ts'
import { formatTable } from '../format-table.ts'
import { type Where, openUnder, pathOf } from './query.ts'

interface DiscoverFlags extends Where {
  readonly models: string[]
  readonly fields?: string[]
  readonly minSupport: number
  readonly pairs: boolean
  readonly bins: readonly HandBins[]
}

interface HandBins {
  readonly field: string
  readonly limits: readonly number[]
}

export function addDiscoverCommand(program: Command, run: RunCommand): void {
  program
    .command('discover')
    .description('which values, and which pairs of values, of many fields fool the models or help them')
    .argument('<dataset>')
    .requiredOption('--models <names>', 'one or several, separated by commas', nameList)
    .option('--fields <names>', 'which fields, separated by commas (default: nuisances and plain fields)', nameList)
    .option('--min-support <n>', 'test slices of at least so many images', positiveInteger, 20)
    .option('--no-pairs', 'single values only')
    .option('--bins <field=limits>', 'bins by hand, as in brightness=0,50,100 (may be repeated)', collectBins, [])
    .option('--where <filter>')
    .action((dataset: string, flags: DiscoverFlags) =>
      run(async (session) => {
        const { summary, filter } = await openUnder(session, dataset, flags)
        const toPath = (name: string): Path => pathOf(summary, name)
        const discovery = await session.client.call('discovery.compute', {
          dataset,
          filter,
          models: flags.models,
          fields: flags.fields?.map(toPath) ?? null,
          minSupport: flags.minSupport,
          pairs: flags.pairs,
          bins: flags.bins.map(({ field, limits }) => ({ field: toPath(field), limits: [...limits] })),
        })
        if (discovery.fields.length === 0) {
          throw new FoibleError('usage', `${dataset} has no field to look at. Name some with --fields.`, { dataset })
        }
        session.print(discovery, formatDiscovery)
      }),
    )
}

/** `brightness=0,50,100`; a field's name may hold `=`. */
function collectBins(text: string, known: readonly HandBins[]): readonly HandBins[] {
  return [...known, readBins(text)]
}

function readBins(text: string): HandBins {
  const at = text.lastIndexOf('=')
  if (at < 1) throw new InvalidArgumentError('Bins are a field and its limits, as in brightness=0,50,100.')
  return { field: text.slice(0, at), limits: binLimits(text.slice(at + 1)) }
}

/** The ranked list for people; what a slice explains stands indented under it. */
export function formatDiscovery(discovery: Discovery): string {
  const { overall, models, found, total, power, notes, nothing, selection, leftOut } = discovery
  const places = found.map((slice, place) => ({ slice, place }))
  const under = (place: number) => places.filter(({ slice }) => slice.explainedBy === place)
  const rows = (direction: 'more' | 'less') =>
    places
      .filter(({ slice }) => slice.explainedBy === null && (slice.badge === 'less') === (direction === 'less'))
      .flatMap(({ slice, place }) => [
        rowOf(slice, ''),
        ...carriedRow(slice, found),
        ...childRows(under(place).map((child) => child.slice)),
      ])
  const table = (title: string, lines: readonly (readonly string[])[]) =>
    lines.length === 0
      ? []
      : ['', title, formatTable(['', 'fail', 'of', 'rate', 'interval', 'expected', 'q', ''], lines)]
  return [
    `${models.join(', ')} · ${formatShare(overall.failures, overall.n)} fail`,
    ...(selection === null ? [] : [selection.warning]),
    power,
    ...notes,
    ...leftOut.map(({ reason, count }) => `${formatCount(count)} samples ${reason} are left out.`),
    ...(nothing === null || nothing === selection?.warning ? [] : [nothing]),
    ...table('Fail more than their classes usually do', rows('more')),
    ...table('Fail less than their classes usually do', rows('less')),
    ...(total > found.length ? ['', `${formatCount(total - found.length)} more were found and are not listed.`] : []),
  ].join('\n')
}

/** What is left of a value without the pairs that it stands out through. */
function carriedRow({ carried }: Discovered, found: readonly Discovered[]): (readonly string[])[] {
  if (carried === null) return []
  const names = carried.by.map((place) => found[place]!.title).join(', ')
  const { n, failures, p } = carried.rest
  const cells = [
    formatCount(failures),
    formatCount(n),
    n === 0 ? '' : formatRate(failures / n),
    '',
    '',
    formatProbability('p', p),
  ]
  return [[`    only through ${names}: the others`, ...cells, 'could be chance']]
}

const shownChildren = 3

function childRows(children: readonly Discovered[]): (readonly string[])[] {
  const more = children.length - shownChildren
  const note = more > 0 ? [[`    and ${formatCount(more)} more that it explains`]] : []
  return [...children.slice(0, shownChildren).map((child) => rowOf(child, '  ↳ ')), ...note]
}

function rowOf(slice: Discovered, indent: string): readonly string[] {
  const words = { always: 'always fools', more: 'fails more', less: 'fails less' }
  return [
    `${indent}${slice.parts.map(({ field, value }) => `${field} = ${String(value)}`).join(' and ')}`,
    formatCount(slice.failures),
    formatCount(slice.n),
    formatRate(slice.rate),
    formatInterval(slice.wilson),
    formatRate(slice.expected),
    formatProbability('q', slice.q),
    slice.explainedBy === null ? words[slice.badge] : 'explained by the above',
  ]
}
