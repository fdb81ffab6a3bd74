// The call for slices: which values of a field fool the models, with the statistics of docs/statistics.md.
import type { SliceTable as WireSliceTable } from '#contract/analysis.ts'
import { formatPath } from '#core/filter/names.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'
import { onlyCertain } from './inferred-values.ts'
import { withoutSurrogates } from './outcome-selection.ts'
import { failingStrips, stripRows } from './sample-strip.ts'
import { type SliceRequest, sliceTable } from './slice-table.ts'
import { madeFilter } from './value-codes.ts'

export function sliceHandlers(parts: AnalysisParts): Subject<'slices.compute'> {
  return {
    'slices.compute': ({ dataset, minMargin, ...request }) =>
      describeSlices(parts.library.dataset(dataset), request, minMargin),
  }
}

function describeSlices(dataset: AnalysedDataset, given: SliceRequest, minMargin: number | null): WireSliceTable {
  const paths = given.cross === null ? [given.field] : [given.field, given.cross]
  const certain = onlyCertain(dataset, given.filter, paths, given.models, minMargin)
  const asked = { ...given, filter: certain.filter }
  const { models, selection } = withoutSurrogates(dataset, asked.filter, asked.models)
  // Where the filter was made from the answers of all of them there are rates to show, and nothing to rank.
  const isRanked = models.length > 0
  const request = isRanked ? { ...asked, models } : asked
  const { table, values } = sliceTable(dataset, request)
  const strips = failingStrips(
    stripRows(dataset, request.filter),
    values,
    request.models.map((model) => dataset.columns.correct(model)),
  )
  const { fewestAllFailing } = table.power
  const largest = Math.max(0, ...table.rows.map((row) => row.n))
  return {
    version: dataset.version,
    field:
      request.cross === null
        ? formatPath(request.field)
        : `${formatPath(request.field)} × ${formatPath(request.cross)}`,
    models: [...request.models],
    selection,
    overall: { n: table.overall.n, failures: table.overall.failures, rate: table.overall.rate },
    power: {
      smallestDiscovery: fewestAllFailing,
      values: table.power.values,
      largestSlice: largest,
      sentence: isRanked ? powerSentence(fewestAllFailing, largest) : unrankedSentence,
    },
    classAdjusted: table.adjustment.applied,
    adjustNote:
      table.adjustment.reason ?? 'Adjusted for class: compared with how often the same classes fail elsewhere.',
    rho: table.dispersion.rho,
    leftOut: [
      { reason: `inferred with a margin below ${minMargin}`, count: certain.leftOut },
      { reason: 'without a class', count: table.leftOut.noClass },
      { reason: 'without a judged prediction of every model', count: table.leftOut.noPrediction },
      { reason: 'excluded by review', count: table.leftOut.excluded },
    ].filter(({ count }) => count > 0),
    inferred: [...certain.notes],
    missing: table.missing.n === 0 ? null : { n: table.missing.n, failures: table.missing.failures, ...values.missing },
    slices: table.rows.map(({ valueCode, wilson, ...row }) => ({
      value: values.valueOf(valueCode),
      filter: madeFilter(values, valueCode),
      n: row.n,
      failures: row.failures,
      rate: row.rate,
      wilson: [...wilson],
      expected: row.expected,
      ratio: row.ratio,
      riskDifference: row.riskDifference,
      ebMean: row.ebMean,
      ebLower: row.ebLower,
      pAbove: row.pAbove,
      p: row.p,
      q: isRanked ? row.q : null,
      qLess: isRanked ? row.qLess : null,
      badge: isRanked ? row.badge : null,
      strip: strips(valueCode),
    })),
    evidence: request.models.map((model) => evidence(dataset, model)),
  }
}

const unrankedSentence = 'The images were picked by the models’ own answers: no slice of them can stand out.'

export function powerSentence(smallest: number | null, largest: number): string {
  if (largest === 0) return 'No sample under this filter has a class, a value and a prediction.'
  if (smallest === null) return 'Every image fails: no slice can stand out.'
  if (largest < smallest) {
    return `A slice needs at least ${smallest} images, all failing, to be told from luck; the largest has ${largest}.`
  }
  return `A slice of ${smallest} images, all failing, is the smallest that could be told from luck.`
}

/** Protocol, model hash and preprocessing, as a line. */
export function evidence(dataset: AnalysedDataset, model: string): string {
  const run = dataset.columns.run(model)
  const hash = run.modelSha256 === null ? 'imported predictions' : `sha256 ${run.modelSha256.slice(0, 12)}`
  return `${model}: ${run.protocol}, ${hash}, ${run.preprocessing}`
}
