// The call that writes a report: what the screens show of a filter, gathered through the calls they use themselves.
import type { RankedFinding } from '#contract/analysis.ts'
import type { CallContext } from '#contract/contract.ts'
import type { CubeInfo } from '#contract/cube.ts'
import type { DatasetSummary } from '#contract/library.ts'
import { rowsOf } from '#core/columns/bitset.ts'
import { countCodes, countRows } from '#core/columns/counts.ts'
import { describeProtocol } from '#core/compare/describe-protocols.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { formatCount } from '#core/format/numbers.ts'
import { type ReportContent, type ReportFinding, type ReportTable, reportBlocks } from '#core/report/report-blocks.ts'
import { writeHtml } from '#core/report/write-html.ts'
import { writeMarkdown } from '#core/report/write-markdown.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { assertPlainName } from '#formats/safe-path.ts'
import { readUnchanged } from '#engine/exports/read-unchanged.ts'
import { writeNewFiles } from '#engine/exports/write-new-files.ts'
import { getFileNames } from '#store/sample-table.ts'
import { datasetHandlers } from './datasets.ts'
import type { HandlerParts, Subject } from './handler-parts.ts'
import { gatherMetrics } from './report-metrics.ts'

const mostFindings = 20
const mostEasier = 10
const mostFields = 6
const mostValues = 40
const mostSubsets = 16
const mostPairs = 15

interface ReportRequest {
  readonly dataset: string
  readonly filter: FilterExpr
  readonly models: string[]
}

export function reportHandlers(parts: HandlerParts): Subject<'reports.write'> {
  return {
    'reports.write': async ({ place, name, ...request }, context) => {
      assertPlainName(name, 'file')
      const { rowsVersion } = parts.library.dataset(request.dataset)
      const content = await readUnchanged(parts, request.dataset, 'the report', () => gather(parts, request, context))
      const pictures = await readPictures(parts, request.dataset, content, context.signal)
      const blocks = reportBlocks(content)
      if (parts.library.dataset(request.dataset).rowsVersion !== rowsVersion) {
        throw new FoibleError('usage', 'Samples were removed or renumbered meanwhile. Write the report again.', {})
      }
      const html = writeHtml(`${content.dataset}: what fools the models`, blocks, (id) => pictures.get(id) ?? null)
      const files = { [`${name}.html`]: html, [`${name}.md`]: writeMarkdown(blocks) }
      const bytes = await writeNewFiles(parts.places.resolve(place), files)
      return { html: `${name}.html`, markdown: `${name}.md`, findings: content.findings.length, bytes }
    },
  }
}

async function gather(parts: HandlerParts, request: ReportRequest, context: CallContext): Promise<ReportContent> {
  const { dataset: id, filter, models } = request
  const summary = await datasetHandlers(parts)['datasets.open']({ dataset: id }, context)
  const dataset = parts.library.dataset(id)
  const overview = await parts.analysis['overview.compute'](request, context)
  throwIfCancelled(context.signal)
  const comparison = await parts.analysis['compare.compute'](request, context)
  // A cube does not know which labels models gave.
  const confusedModels = summary.cube === null ? models : []
  const confusions = await Promise.all(
    confusedModels.map((model) =>
      parts.analysis['confusion.compute']({ dataset: id, filter, model, by: null, value: null }, context),
    ),
  )
  const runs = summary.runs.filter(({ model }) => models.includes(model))
  const accuracy = await gatherAccuracy(parts, request, summary, context)
  const { metrics, ratios } = await gatherMetrics(
    parts,
    request,
    new Map(runs.map((run) => [run.model, describeProtocol(run)])),
    accuracy.map(({ table }) => table.field),
    mostValues,
    context,
  )
  const rows = dataset.filterBits(filter)
  return {
    foible: parts.resources.version,
    dataset: summary.name,
    samples: summary.samples,
    source: summary.cube === null ? sourceText(summary.source) : cubeText(summary.cube),
    license: summary.license,
    where: formatFilter(filter),
    matched: countRows(rows, dataset.columns.weights),
    runs: runs.map((run) => ({
      ...run,
      ...judgedUnder(dataset, run.model, rows),
      protocol: describeProtocol(run),
      sha256: run.modelSha256,
      unmappedClasses: run.unmappedClasses.length,
    })),
    findings: overview.findings.slice(0, mostFindings).map((finding) => describe(dataset, finding)),
    easier: overview.easier.slice(0, mostEasier).map((finding) => describe(dataset, finding)),
    quiet: overview.nothing,
    power: overview.fields.map(({ field, power }) => ({ field, sentence: power })),
    accuracy: accuracy.map(({ table }) => table),
    metrics,
    ratios,
    compared: comparison.n,
    subsets: comparison.subsets.slice(0, mostSubsets),
    pairs: confusions.map(({ model, pairs }) => ({ model, rows: pairs.slice(0, mostPairs) })),
    warnings: [
      ...new Set([
        ...(overview.selection === null ? [] : [overview.selection.warning]),
        ...overview.notes,
        ...comparison.notes,
        ...accuracy.flatMap(({ notes }) => notes),
      ]),
    ],
  }
}

async function gatherAccuracy(
  parts: HandlerParts,
  request: ReportRequest,
  { fields }: DatasetSummary,
  context: CallContext,
): Promise<{ readonly table: ReportTable; readonly notes: readonly string[] }[]> {
  const causes = fields.filter(({ role, builtIn }) => role === 'nuisance' && !builtIn).slice(0, mostFields)
  return await Promise.all(
    causes.map(async ({ name }) => {
      const field = { kind: 'field', name } as const
      const answer = await parts.analysis['compare.accuracy']({ ...request, field, bins: null, common: false }, context)
      const rows = answer.rows.toSorted((a, b) => judgedIn(b) - judgedIn(a))
      const table = {
        field: name,
        models: answer.models,
        rows: rows.slice(0, mostValues).map(({ value, cells }) => ({ value: valueText(value), cells })),
        further: Math.max(0, rows.length - mostValues),
      }
      return { table, notes: answer.notes }
    }),
  )
}

/** Of the samples under the filter, as every other figure of the report. */
function judgedUnder(dataset: DatasetHandle, model: string, rows: Uint32Array) {
  const [, wrong, right] = countCodes(dataset.columns.correct(model), 2, rowsOf(rows), dataset.columns.weights)
  const judged = wrong! + right!
  return { judged, right: right!, accuracyInterval: judged === 0 ? null : wilsonInterval(right!, judged) }
}

function judgedIn({ cells }: { readonly cells: readonly { readonly n: number }[] }): number {
  return cells.reduce((sum, { n }) => sum + n, 0)
}

function describe(dataset: DatasetHandle, finding: RankedFinding): ReportFinding {
  const names = getFileNames(dataset.db, finding.strip)
  return {
    ...finding,
    value: valueText(finding.value),
    where: formatFilter(finding.filter),
    pictures: finding.strip.map((id, i) => ({ id, name: names[i]! })),
  }
}

function valueText(value: string | number | boolean | null): string {
  return value === null ? 'missing' : String(value)
}

function sourceText(source: DatasetSummary['source']): string {
  if (source.kind === 'hub') return `${source.repo} at ${source.sha} (${source.revision})`
  return 'a folder or file of this machine'
}

/** What was counted, in the words of the cube's file. */
function cubeText({ cells, source, filter }: CubeInfo): string {
  const what = source === null ? '' : ` of ${source}`
  const under = filter === null ? '' : `, where ${filter}`
  return `a cube${what}: counts in ${formatCount(cells)} cells, without images${under}`
}

/** Thumbnails as data URIs; an image that cannot be read has none. */
async function readPictures(
  parts: HandlerParts,
  id: string,
  { findings, easier }: ReportContent,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const dataset = parts.library.dataset(id)
  const wanted = new Set([...findings, ...easier].flatMap(({ pictures }) => pictures.map((picture) => picture.id)))
  const pictures = new Map<number, string>()
  for (const sample of wanted) {
    throwIfCancelled(signal)
    try {
      const { bytes, type } = await parts.images.thumbnail(dataset, sample, false, signal)
      pictures.set(sample, `data:${type};base64,${Buffer.from(bytes).toString('base64')}`)
    } catch (error) {
      // A dataset without images, or one that is damaged, is reported all the same.
      if (!(error instanceof FoibleError) || error.code === 'cancelled') throw error
    }
  }
  return pictures
}
