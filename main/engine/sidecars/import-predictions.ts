// Takes a file's answers as a run: joined like any sidecar, judged like any run.
import { FoibleError } from '#core/errors.ts'
import { createFindingLog } from '#formats/finding-log.ts'
import { type PredictionPlan, planPredictions } from '#formats/predictions/plan-predictions.ts'
import { openSidecar, type SidecarFile } from '#formats/sidecars/open-sidecar.ts'
import type { JoinBy } from '#formats/sidecars/rank-joins.ts'
import type { RunTerms } from '#formats/foible-schema.ts'
import { deleteFinding, putFinding } from '#store/finding-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { PredictionAccumulator } from '../imports/prediction-accumulator.ts'
import { storePredictions } from '../imports/store-predictions.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { tellChanged } from '../tell-changed.ts'
import { chooseJoin, noMatch } from './find-join.ts'
import { type HubFiles, openPredictionFiles } from './open-prediction-files.ts'
import { refuseRenumbered } from './join-job.ts'
import { RowCounts, rowRules } from './row-counts.ts'
import { ScoreReader } from './score-reader.ts'

export interface ImportPredictionsInput {
  readonly dataset: string
  /** On this disk; empty where `hub` says where. */
  readonly path: string
  readonly hub?: HubFiles | null
  readonly model: string
  /** null: the way that finds most samples. */
  readonly joinBy: JoinBy | null
}

/** An imported run of the same name is replaced; one that Foible predicted is not: `already_exists`. */
export async function importPredictions(parts: EngineParts, input: ImportPredictionsInput, context: JobContext) {
  const { signal } = context
  const dataset = parts.library.dataset(input.dataset)
  const { rowsVersion } = dataset
  refuseOwnRun(dataset, input.model)
  const log = createFindingLog()
  context.progress({ done: 0, total: null, message: 'Looking at the file' })
  const file = await openSidecar(await openPredictionFiles(parts, input.hub ?? input.path, signal), log, signal)
  const plan = requirePlan(file, input.model)
  const { index, join } = await chooseJoin(dataset, file, input.joinBy, plan.columns, log, signal)
  const counts = new RowCounts(dataset.rowCount)
  const predictions = new PredictionAccumulator()
  const scores = plan.hasScores ? new ScoreReader(dataset, predictions) : null
  const sink = {
    set: predictions.set.bind(predictions),
    setAnswer: predictions.setAnswer.bind(predictions),
    setScores: (row: number, values: ArrayLike<number>) => scores?.add(row, values),
  }
  const findings = createFindingLog()
  let rows = 0
  let empty = 0
  for await (const table of file.rows(findings, signal, [join.column, ...plan.columns])) {
    const names = table.columns.get(join.column) ?? []
    const read = plan.open(table, sink)
    for (let at = 0; at < table.rowCount; at++) {
      const row = index.find(names[at], join.key)
      if (counts.add(row, names[at]) && !read(at, row)) empty++
    }
    rows += table.rowCount
    context.progress({ done: rows, total: null, message: `Reading ${file.name}` })
  }
  scores?.flush()
  if (counts.matched === 0) throw noMatch(dataset, file, new Map([[join.column, counts.examples]]), [join.key])
  if (predictions.count === 0) throw noAnswers(file, plan)
  refuseRenumbered(dataset, rowsVersion)
  refuseOwnRun(dataset, input.model)
  const terms: RunTerms | null = scores && { label_space: scores.labelSpace, protocol: 'unmasked' }
  const { run, reason } = storePredictions(dataset, input.model, predictions, terms, parts.now)
  dataset.write(() => {
    for (const rule of rowRules) deleteFinding(dataset.db, rule)
    for (const finding of counts.findings(file.name)) putFinding(dataset.db, finding)
  })
  tellChanged(parts, dataset)
  return {
    run,
    dataset: dataset.id,
    model: input.model,
    file: file.name,
    joinBy: join,
    answers: `${plan.reason} ${reason}`,
    predicted: predictions.count,
    matched: counts.matched,
    unmatched: counts.unmatched,
    ambiguous: counts.ambiguous,
    /** Rows of a sample without an answer. */
    empty,
    duplicates: counts.twice,
    examples: counts.examples,
    findings: findings.list(),
  }
}

function requirePlan(file: SidecarFile, model: string): PredictionPlan {
  const plan = planPredictions(file.columns, model)
  if (plan !== null) return plan
  const shown = file.columns.slice(0, 12).join(', ')
  const message = `“${file.name}” has no predictions: Foible looks for the columns predicted_class, object_response, top_k_classes or logits, and it has ${shown}. Rename the column of answers to predicted_class.`
  throw new FoibleError('unsupported_format', message, { file: file.name, columns: file.columns.slice(0, 50) })
}

function refuseOwnRun(dataset: DatasetHandle, model: string): void {
  const known = dataset.columns.runs.find((run) => run.model === model)
  if (known === undefined || known.provider === 'imported') return
  const message = `Foible itself predicted ${dataset.meta.name} with ${model}. Import under another name, or delete these predictions first.`
  throw new FoibleError('already_exists', message, { model })
}

function noAnswers(file: SidecarFile, plan: PredictionPlan): FoibleError {
  const message = `“${file.name}” has no answer for any sample: ${plan.columns.join(', ')} are empty or na everywhere.`
  return new FoibleError('empty_source', message, { file: file.name, columns: plan.columns })
}
