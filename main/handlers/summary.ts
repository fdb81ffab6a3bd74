// The call that opens a dataset: its summary for the workspace. It counts every column, hence on whichever thread analyses.
import type { CubeInfo } from '#contract/cube.ts'
import type { FindingInfo } from '#contract/common.ts'
import type { DatasetSummary, FieldInfo, RunInfo } from '#contract/library.ts'
import type { KeptInfo } from '#contract/vectors.ts'
import { countRows } from '#core/columns/counts.ts'
import type { Path } from '#core/filter/expr.ts'
import { isRepairName, repairs } from '#core/lint/repairs.ts'
import { keptKinds } from '#core/sample.ts'
import { wilsonInterval } from '#core/statistics/wilson.ts'
import type { AnalysedDataset } from '#engine/analysis/analysed-dataset.ts'
import { type DatasetMeta, getMeta, listViews } from '#store/dataset-tables.ts'
import { type FindingRecord, listFindings } from '#store/finding-table.ts'
import { countKeptVectors } from '#store/kept-vector-table.ts'
import { type RunRecord, listFailedSamples } from '#store/run-table.ts'
import { countAll } from './count-facets.ts'
import { countAnswers } from './count-answers.ts'
import { describeView } from './describe-view.ts'
import type { AnalysisParts, Subject } from './handler-parts.ts'

/** `knownAs` is the adapter's name: its title stands with the readers, which a thread should not have to load. */
export function summaryHandlers(parts: AnalysisParts): Subject<'datasets.open'> {
  return { 'datasets.open': ({ dataset }) => describeSummary(parts.library.dataset(dataset)) }
}

function describeSummary(dataset: AnalysedDataset): DatasetSummary {
  return dataset.remember('summary', () => {
    const meta = getMeta(dataset.db)!
    return {
      id: dataset.id,
      name: meta.name,
      samples: meta.cube?.images ?? meta.samples,
      cube: describeCube(meta),
      source: meta.source,
      format: meta.format,
      description: meta.description,
      license: meta.license,
      knownAs: meta.adapter ?? null,
      evaluationOnly: meta.evaluationOnly ?? false,
      cropBorderPx: meta.cropBorderPx ?? 0,
      rowsVersion: meta.rowsVersion ?? 0,
      classField: meta.classField,
      fields: describeFields(dataset),
      runs: dataset.columns.runs.map((run) => describeRun(dataset, run.model)),
      tags: describeTags(dataset),
      views: listViews(dataset.db).map(describeView),
      findings: listFindings(dataset.db).map((finding) => describeFinding(dataset, finding)),
      version: dataset.version,
    }
  })
}

/** Where rows are cells of counts. */
export function describeCube({ cube, samples }: DatasetMeta): CubeInfo | null {
  return cube === undefined ? null : { cells: samples, source: cube.source, filter: cube.filter }
}

function describeFinding(
  dataset: AnalysedDataset,
  { columnId, repair, examples, ...finding }: FindingRecord,
): FindingInfo {
  return {
    ...finding,
    examples: [...examples],
    samples: columnId === null ? null : countRows(dataset.columns.finding(finding.rule), dataset.columns.weights),
    repair: isRepairName(repair) ? { name: repair, ...repairs[repair] } : null,
  }
}

function describeTags(dataset: AnalysedDataset): { name: string; count: number }[] {
  return dataset.columns.tags.map((tag) => ({
    name: tag.name,
    count: countRows(dataset.columns.tag(tag.name), dataset.columns.weights),
  }))
}

/** The dataset's own fields, then the built-in ones. */
function describeFields(dataset: AnalysedDataset): FieldInfo[] {
  const { columns } = dataset
  const { weights } = columns
  const own: FieldInfo[] = columns.fields.map((field) => {
    const path: Path = { kind: 'field', name: field.name }
    const column = columns.column(path)
    // Facets ask for the same counts.
    const counts = countAll(dataset, path)
    let values = column.kind === 'codes' ? column.dictionary.values.length : 0
    // The dictionary of an inferred field is its whole vocabulary.
    if (field.settings !== null) values = counts.subarray(1).filter((count) => count > 0).length
    return {
      name: field.name,
      kind: field.kind,
      role: field.role,
      source: field.sourceColumnId === null ? field.source : 'mixed',
      values,
      missing: counts[0]!,
      builtIn: field.builtIn,
      inferredBy: field.settings?.model ?? null,
    }
  })
  const plain = { role: 'plain', source: 'dataset', missing: 0, builtIn: true, inferredBy: null } as const
  // A cell has neither an id nor a file.
  if (weights !== null) return own
  return [
    ...own.filter((field) => !field.builtIn),
    ...own.filter((field) => field.builtIn),
    { name: 'id', kind: 'number', values: 0, ...plain },
    { name: 'file_name', kind: 'text', values: dataset.rowCount, ...plain },
  ]
}

export function describeRun(dataset: AnalysedDataset, model: string): RunInfo {
  const run = dataset.columns.run(model)
  const { weights } = dataset.columns
  const [, wrong, right] = countAll(dataset, { kind: 'run', model, property: 'correct' })
  const judged = wrong! + right!
  const answered =
    weights === null ? dataset.rowCount - countAll(dataset, { kind: 'run', model, property: 'predicted' })[0]! : judged
  return {
    id: run.id,
    model,
    modelName: run.modelName,
    modelSha256: run.modelSha256,
    protocol: run.protocol,
    ...(run.settings.templates === undefined ? {} : { templates: [...run.settings.templates] }),
    answers: countAnswers(dataset, run),
    provider: run.provider,
    state: run.state,
    predicted: answered,
    failed: listFailedSamples(dataset.db, run.id).length,
    judged,
    right: right!,
    accuracy: judged === 0 ? null : right! / judged,
    accuracyInterval: judged === 0 ? null : [...wilsonInterval(right!, judged)],
    unmappedClasses: [...run.unmappedClasses],
    preprocessing: run.preprocessing,
    imagesPerSecond: run.imagesPerSecond,
    startedAt: run.startedAt,
    kept: describeKept(dataset, run),
  }
}

function describeKept({ db }: AnalysedDataset, { id, settings }: RunRecord): KeptInfo[] {
  return keptKinds.flatMap((kind) => {
    const size = settings.kept?.[kind]
    return size === undefined ? [] : [{ kind, size, ...countKeptVectors(db, id, kind, size) }]
  })
}
