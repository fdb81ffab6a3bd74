// The call that looks over many fields at once for values and pairs of values that stand out.
import type { Discovered as WireDiscovered, Discovery as WireDiscovery } from '#contract/discovery.ts'
import type { CallRequest } from '#contract/contract.ts'
import { type Discovered, type Discovery, discoverSlices } from '#core/discovery/compute-discovery.ts'
import type { Path } from '#core/filter/expr.ts'
import { formatPath, samePath } from '#core/filter/names.ts'
import { findingSentence } from '#core/findings/finding-sentence.ts'
import { formatCount } from '#core/format/numbers.ts'
import { sliceBadge } from '#core/slices/slice-badge.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { runInTurns } from '#formats/let-others-run.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { onlyCertain } from './inferred-values.ts'
import { withoutSurrogates } from './outcome-selection.ts'
import { stripOf, stripRows } from './sample-strip.ts'
import { classCodes } from './slice-table.ts'
import { type ValueCodes, valueCodes } from './value-codes.ts'

type Request = Omit<CallRequest<'discovery.compute'>, 'dataset'>

/** Fields of more values than this are free text in all but name. */
const mostValues = 5000
/** Fields looked at where none are named: 120 pairs. */
const mostFields = 16
const mostListed = 500
const mostStrips = 40

export function discoveryHandlers(parts: AnalysisParts): Subject<'discovery.compute'> {
  return {
    'discovery.compute': async ({ dataset: id, ...request }, { signal }) => {
      const dataset = parts.library.dataset(id)
      const key = `discovery ${JSON.stringify(request)}`
      const known = dataset.recall<WireDiscovery>(key)
      if (known !== undefined) return known
      const { version } = dataset
      const discovery = await compute(dataset, request, signal)
      return version === dataset.version ? dataset.remember(key, () => discovery) : discovery
    },
  }
}

interface ChosenField {
  readonly path: Path
  readonly name: string
  readonly values: ValueCodes
  /** Whether its values are ranges, which mean nothing without the field's name. */
  readonly isBinned: boolean
}

/** A field or two at a time, so that other calls are answered in between. */
async function compute(dataset: AnalysedDataset, request: Request, signal: AbortSignal): Promise<WireDiscovery> {
  const { version } = dataset
  const { models, selection } = withoutSurrogates(dataset, request.filter, request.models)
  const fields = chooseFields(dataset, request)
  const classes = classCodes(dataset)
  const rows = stripRows(dataset, request.filter)
  const correct = models.map((model) => dataset.columns.correct(model))
  const paths = fields.map(({ path }) => path)
  const notes = [...onlyCertain(dataset, request.filter, paths, models, null).notes]
  const steps = discoverSlices({
    rows: models.length === 0 ? new Uint32Array(0) : dataset.filterBits(request.filter),
    classes: classes.codes,
    classCount: classes.size,
    correct,
    weights: dataset.columns.weights,
    fields: fields.map(({ values }) => ({ codes: values.codes, size: values.size })),
    minSupport: request.minSupport,
    pairs: request.pairs,
  })
  const discovery = await runInTurns(steps, signal)
  let strips = 0
  const found = discovery.found.slice(0, mostListed).map((slice) => {
    const wantsStrip = slice.explainedBy === null && strips++ < mostStrips
    const strip = wantsStrip ? stripOf(rows, codesOf(slice, fields), correct, slice.direction) : []
    return describe(slice, fields, models, strip)
  })
  return {
    version,
    models: [...models],
    selection,
    overall: { n: discovery.overall.n, failures: discovery.overall.failures, rate: discovery.overall.rate },
    leftOut: [
      { reason: 'without a class', count: discovery.leftOut.noClass },
      { reason: 'without a judged prediction of every model', count: discovery.leftOut.noPrediction },
    ].filter(({ count }) => count > 0),
    fields: fields.map(({ name, values }) => ({ field: name, values: values.size })),
    notes,
    minSupport: request.minSupport,
    pairs: request.pairs,
    tested: discovery.tested,
    tooSmall: discovery.tooSmall,
    power: powerOf(discovery, request.minSupport),
    total: discovery.found.length,
    found: keepListed(found),
    nothing: discovery.found.length > 0 ? null : (quietReason(models, selection?.warning) ?? quiet(discovery)),
  }
}

/** What was cut off the list explains and carries nothing any more that one could see. */
function keepListed(found: readonly WireDiscovered[]): WireDiscovered[] {
  const isListed = (place: number) => place < found.length
  return found.map((slice) => ({
    ...slice,
    explainedBy: slice.explainedBy !== null && isListed(slice.explainedBy) ? slice.explainedBy : null,
    carried: slice.carried?.by.every(isListed) === true ? slice.carried : null,
  }))
}

function describe(
  { parts, direction, slice, q, adjusted, explainedBy, withinParent, carried }: Discovered,
  fields: readonly ChosenField[],
  models: readonly string[],
  strip: number[],
): WireDiscovered {
  const { n, failures, rate, wilson, expected, ebMean, ebLower } = slice
  const named = parts.map(({ field, valueCode }) => ({ field: fields[field]!, valueCode }))
  const title = named.map(({ field, valueCode }) => titleOf(field, valueCode)).join(' × ')
  const isEasier = direction === 'less'
  return {
    parts: named.map(({ field, valueCode }) => ({ field: field.name, value: field.values.valueOf(valueCode) })),
    title,
    badge: isEasier ? 'less' : moreBadge(slice),
    sentence: findingSentence({ value: title, models, n, failures, rate, expected, adjusted, q, easier: isEasier }),
    n,
    failures,
    rate,
    wilson: [...wilson],
    expected,
    p: isEasier ? slice.pLess : slice.p,
    q,
    ebMean,
    ebLower,
    explainedBy,
    withinParent,
    carried: carried && { by: [...carried.by], rest: carried.rest },
    filter: { kind: 'and', items: named.map(({ field, valueCode }) => field.values.filterOf(valueCode)) },
    strip,
  }
}

function titleOf({ name, values, isBinned }: ChosenField, valueCode: number): string {
  const value = values.names[valueCode - 1]!
  return isBinned ? `${name} ${value}` : value
}

function moreBadge(slice: Discovered['slice']): 'always' | 'more' {
  const badge = sliceBadge({ ...slice, allFailed: slice.failures === slice.n, wilsonLower: slice.wilson[0] })
  return badge === 'always' ? 'always' : 'more'
}

/** By row, whether it lies in the slice. */
function codesOf({ parts }: Discovered, fields: readonly ChosenField[]): (row: number) => boolean {
  const [a, b] = parts.map(({ field, valueCode }) => ({ codes: fields[field]!.values.codes, valueCode }))
  if (b === undefined) return (row) => a!.codes[row] === a!.valueCode
  return (row) => a!.codes[row] === a!.valueCode && b.codes[row] === b.valueCode
}

function chooseFields(dataset: AnalysedDataset, { fields, bins }: Request): ChosenField[] {
  const paths = fields ?? defaultFields(dataset)
  const distinct = paths.filter((path, i) => paths.findIndex((other) => samePath(path, other)) === i)
  return distinct.map((path) => ({
    path,
    name: formatPath(path),
    isBinned: dataset.columns.column(path).kind === 'numbers',
    values: valueCodes(dataset, path, bins.find(({ field }) => samePath(field, path))?.limits ?? null),
  }))
}

/** Nuisances first; the class is no cause of its own failures. */
function defaultFields(dataset: AnalysedDataset): Path[] {
  const usable = dataset.columns.fields.filter((field) => {
    if (field.builtIn || field.role === 'class' || field.kind === 'text') return false
    const column = dataset.columns.column({ kind: 'field', name: field.name })
    return column.kind === 'numbers' || (column.kind === 'codes' && column.dictionary.values.length <= mostValues)
  })
  return [
    ...usable.filter((field) => field.role === 'nuisance'),
    ...usable.filter((field) => field.role !== 'nuisance'),
  ]
    .slice(0, mostFields)
    .map(({ name }) => ({ kind: 'field', name }))
}

function powerOf({ tested, fewestAllFailing, largest, supported }: Discovery, minSupport: number): string {
  if (supported === 0) return `No value or pair of values has ${formatCount(minSupport)} images that count.`
  const counted = `${formatCount(tested.more)} values and pairs of at least ${formatCount(minSupport)} images were tested`
  if (fewestAllFailing === null) return `${counted}; none of them could stand out.`
  const needed = Math.max(fewestAllFailing, minSupport)
  const enough = largest >= needed ? '' : `; the largest has ${formatCount(largest)}`
  return `${counted}. It takes ${formatCount(needed)} images, all failing, to tell one from luck${enough}.`
}

function quietReason(models: readonly string[], warning: string | undefined): string | null {
  return models.length === 0 ? (warning ?? null) : null
}

function quiet({ supported, fewestAllFailing, largest }: Discovery): string {
  if (supported === 0) return 'Nothing to rank: no value or pair of values has enough images that count.'
  return fewestAllFailing === null || largest < fewestAllFailing
    ? 'Nothing stands out, and with so few images nothing could. What differences there are could be chance.'
    : 'Nothing stands out, though it could have. What differences there are could be chance.'
}
