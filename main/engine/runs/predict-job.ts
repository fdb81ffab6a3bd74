// The job that predicts: images through the prediction process, batch by batch into the store, and on where it was.
import type { Codes } from '#core/columns/column.ts'
import { throwIfCancelled } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { KeptKind, Protocol } from '#core/sample.ts'
import type { PredictorInfo } from '#models/predictor.ts'
import { startPredictor } from '#models/start-predictor.ts'
import { topK } from '#store/run-arrays.ts'
import type { RunColumns } from '#store/run-columns.ts'
import { listFailedSamples, updateRun } from '#store/run-table.ts'
import { listProblemIds } from '#store/sample-table.ts'
import type { StagedBatch } from '#store/staged-batch.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { type ReadFailure, noteUnreadable } from '../note-unreadable.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { withServerToken } from '../models/with-server-token.ts'
import { tellChanged } from '../tell-changed.ts'
import { type AnsweredBatch, answerFromLogits, findKeptLogits } from './answer-from-logits.ts'
import { fetchItems } from './fetch-items.ts'
import { ImageSizes } from './image-sizes.ts'
import { findKeptRows, markStored, noteKept, sizesToKeep, takeNewVectors } from './keep-vectors.ts'
import { planRun } from './plan-run.ts'
import { prepareRun } from './prepare-run.ts'
import { withoutBorder } from './without-border.ts'

export interface PredictInput {
  readonly dataset: string
  readonly model: string
  readonly provider: string
  readonly batch: number | null
  readonly protocol: Protocol | null
  /** Prompts of a zero-shot run; null = the model's own. */
  readonly templates?: readonly string[] | null
  readonly filter: FilterExpr | null
  /** What is kept of every image beside its top five, with what the run has kept before. */
  readonly keep?: readonly KeptKind[]
}

const tellEveryMs = 1000

export async function predict(parts: EngineParts, input: PredictInput, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  const spec = withoutBorder(await parts.models.spec(input.model, context.signal), dataset.meta.cropBorderPx ?? 0)
  const { protocol, templates = null } = input
  const { planned, ...plan } = await planRun(parts, dataset, spec, { protocol, templates }, context.signal)
  const wanted = input.keep ?? []
  const keptSizes = sizesToKeep(spec, planned.answers, wanted)
  const record = prepareRun(parts, dataset, { provider: input.provider, ...plan, spec, planned })
  const { id: run, model: runName } = record
  const keep = noteKept(dataset, record, keptSizes)
  const kept = findKeptRows(dataset, run, keep)
  const columns = dataset.columns.runColumns(runName)
  const rows =
    input.filter === null
      ? Uint32Array.from({ length: dataset.rowCount }, (_, row) => row)
      : dataset.filterRows(input.filter)
  const { codes } = columns.predicted
  const pending = rows.filter((row) => codes[row] === 0 || wanted.some((kind) => kept.get(kind)?.[row] === 0))
  const again = pending.reduce((count, row) => count + (codes[row] === 0 ? 0 : 1), 0)
  const alreadyDone = rows.length - pending.length
  const startedMs = performance.now()
  const sizes = new ImageSizes(dataset)
  let finished = 0
  const failures: ReadFailure[] = []
  const problems = new Set(listProblemIds(dataset.db))
  const readable: number[] = []
  const ready: { info: PredictorInfo | null } = { info: null }
  let lastTold = startedMs
  const noteChange = () => {
    dataset.touch()
    if (performance.now() - lastTold <= tellEveryMs) return
    lastTold = performance.now()
    tellChanged(parts, dataset)
  }
  context.progress({ done: alreadyDone, total: rows.length, message: 'Loading the model' })

  const save = (state: 'partial' | 'done') => {
    columns.fold()
    sizes.save()
    if (failures.length + readable.length > 0) noteUnreadable(dataset, failures, readable)
    const seconds = (performance.now() - startedMs) / 1000
    dataset.write(() =>
      updateRun(dataset.db, run, {
        state,
        provider: describeProviders(columns, ready.info) ?? dataset.columns.run(runName).provider,
        imagesPerSecond: finished > 0 ? finished / seconds : dataset.columns.run(runName).imagesPerSecond,
      }),
    )
    dataset.columns.reloadNames()
    tellChanged(parts, dataset)
  }

  // What is kept anew needs the images.
  const source = keep.length === 0 ? findKeptLogits(dataset, record, spec.classes.length) : null
  let fromLogits = 0
  try {
    if (source !== null) {
      for await (const batch of answerFromLogits(dataset, source, pending, planned, context.signal)) {
        columns.append(toStaged(batch, codes), [], {}, `kept logits of ${source.model}`)
        fromLogits += batch.sampleIds.length
        const done = alreadyDone + fromLogits
        context.progress({ done, total: rows.length, message: `from the kept logits of ${source.model}` })
        noteChange()
      }
    }
    const missing = fromLogits === 0 ? pending : pending.filter((row) => codes[row] === 0)
    if (missing.length > 0) {
      const storedSince = markStored(codes, kept)
      const items = (some: Uint32Array) => fetchItems(parts, dataset, some, planned.truth.acceptedIds, context.signal)
      const batches = startPredictor({
        model: await withServerToken(parts, spec),
        provider: input.provider,
        batchSize: input.batch,
        answers: planned.answers,
        keep,
        signal: context.signal,
        items: items(missing),
        entry: parts.resources.predictEntry,
        onInfo: (info) => (ready.info = info),
        onDrop({ suspects }) {
          // What was there before is of another provider, and stays.
          const stored = storedSince(suspects)
          columns.retract(stored.answers, stored.kept)
          for (const [kind, ids] of stored.kept) for (const id of ids) kept.get(kind)![id - 1] = 0
          dataset.touch()
          finished -= suspects.length
          return items(Uint32Array.from(suspects, (id) => id - 1))
        },
      })
      for await (const batch of batches) {
        // What has its answers keeps them.
        const unread = batch.failures.filter(({ sampleId }) => codes[sampleId - 1] === 0)
        columns.append(toStaged(batch, codes), unread, takeNewVectors(batch, kept), ready.info?.provider)
        sizes.add(batch.sampleIds, batch.sizes)
        finished += batch.sampleIds.length + batch.failures.length
        failures.push(...batch.failures)
        for (const id of batch.sampleIds) if (problems.has(id)) readable.push(id)
        context.progress({
          done: alreadyDone + fromLogits + finished,
          total: rows.length,
          message: ready.info === null ? '' : `on ${ready.info.provider}${describeAgain(again, wanted)}`,
          ...(ready.info !== null && { result: { reasons: ready.info.reasons } }),
        })
        noteChange()
      }
      throwIfCancelled(context.signal)
    }
  } catch (error) {
    save('partial')
    throw error
  }
  save(isComplete(dataset, run, columns.predicted.codes) ? 'done' : 'partial')
  return {
    run,
    dataset: dataset.id,
    model: runName,
    failed: failures.length,
    again,
    fromLogits,
    reasons: ready.info?.reasons ?? [],
    imagesPerSecond: finished === 0 ? null : dataset.columns.run(runName).imagesPerSecond,
  }
}

/** All that made the run's predictions, in the order in which they came in. */
function describeProviders({ providers }: RunColumns, info: PredictorInfo | null): string | null {
  return providers.length === 0 ? (info?.provider ?? null) : providers.join(', then ')
}

/** Whether every sample has a prediction, or was found to have none. */
function isComplete(dataset: DatasetHandle, run: number, codes: Codes): boolean {
  let open = 0
  for (const code of codes) if (code === 0) open++
  return open <= listFailedSamples(dataset.db, run).length
}

/** Predicted before, but without what is wanted of them now. */
function describeAgain(count: number, wanted: readonly KeptKind[]): string {
  if (count === 0) return ''
  const what = wanted.map((kind) => (kind === 'logits' ? 'logits' : 'embeddings')).join(' and ')
  return `, ${formatCount(count)} of them again for their ${what}`
}

/** What has no answer yet. Class ids of the process (from 0, -1 = none) become codes of the run (from 1, 0 = none). */
function toStaged(batch: AnsweredBatch, codes: Codes): StagedBatch {
  const open = Array.from(batch.sampleIds.keys()).filter((at) => codes[batch.sampleIds[at]! - 1] === 0)
  const pick = (values: Float32Array) => Float32Array.from(open, (at) => values[at]!)
  const places = open.flatMap((at) => Array.from({ length: topK }, (_, k) => at * topK + k))
  return {
    sampleIds: Uint32Array.from(open, (at) => batch.sampleIds[at]!),
    topCodes: Uint32Array.from(places, (at) => batch.topIds[at]! + 1),
    topProbabilities: Float32Array.from(places, (at) => batch.topProbabilities[at]!),
    entropy: pick(batch.entropy),
    margin: pick(batch.margin),
    truthConfidence: pick(batch.truthConfidence),
    truthRank: Uint32Array.from(open, (at) => batch.truthRank[at]!),
  }
}
