// The job that predicts: images through the prediction process, batch by batch into the store, and on where it was.
import type { Codes } from '#core/columns/column.ts'
import { FoibleError, throwIfCancelled } from '#core/errors.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { displayName } from '#core/labels/map-classes.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { PredictBatch, PredictItem, PredictorInfo } from '#models/predictor.ts'
import { startPredictor } from '#models/start-predictor.ts'
import { deleteRun, insertRun, listFailedSamples, renameRun, updateRun } from '#store/run-table.ts'
import { getSample, listProblemIds } from '#store/sample-table.ts'
import type { StagedBatch } from '#store/staged-batch.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { type ReadFailure, noteUnreadable } from '../note-unreadable.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { ImageSizes } from './image-sizes.ts'
import { type Truth, findTruth, listMappedIds } from './truth.ts'

export interface PredictInput {
  readonly dataset: string
  readonly model: string
  readonly provider: string
  readonly batch: number | null
  readonly protocol: 'unmasked' | 'masked'
  readonly filter: FilterExpr | null
}

/** Images fetched ahead of the predictor, so that the Hub's latency hides behind the work. */
const fetchAhead = 16
const tellEveryMs = 1000
const ofOneImage: ReadonlySet<string> = new Set(['broken_file', 'not_found', 'too_large', 'unsafe_path'])

export async function predict(parts: EngineParts, input: PredictInput, context: JobContext) {
  const dataset = parts.library.dataset(input.dataset)
  const spec = withoutBorder(await parts.models.spec(input.model, context.signal), dataset.meta.cropBorderPx ?? 0)
  const truth = findTruth(dataset.columns, spec)
  const allowed = input.protocol === 'masked' ? listMappedIds(truth) : null
  if (allowed?.length === 0) {
    const message = `${spec.name} knows none of the dataset's classes, so nothing is left to answer. Predict unmasked.`
    throw new FoibleError('usage', message, { model: spec.name, unmapped: truth.unmapped })
  }
  const run = prepareRun(parts, dataset, spec, truth, input)
  const columns = dataset.columns.runColumns(spec.name)
  const rows =
    input.filter === null
      ? Uint32Array.from({ length: dataset.rowCount }, (_, row) => row)
      : dataset.filterRows(input.filter)
  const pending = rows.filter((row) => columns.predicted.codes[row] === 0)
  const alreadyDone = rows.length - pending.length
  const startedMs = performance.now()
  const sizes = new ImageSizes(dataset)
  let finished = 0
  const failures: ReadFailure[] = []
  const problems = new Set(listProblemIds(dataset.db))
  const readable: number[] = []
  const ready: { info: PredictorInfo | null } = { info: null }
  let lastTold = startedMs
  context.progress({ done: alreadyDone, total: rows.length, message: 'Loading the model' })

  const save = (state: 'partial' | 'done') => {
    columns.fold()
    sizes.save()
    if (failures.length + readable.length > 0) noteUnreadable(dataset, failures, readable)
    const seconds = (performance.now() - startedMs) / 1000
    dataset.write(() =>
      updateRun(dataset.db, run, {
        state,
        provider: ready.info?.provider ?? dataset.columns.run(spec.name).provider,
        imagesPerSecond: finished > 0 ? finished / seconds : dataset.columns.run(spec.name).imagesPerSecond,
      }),
    )
    dataset.columns.reloadNames()
    tell(parts, dataset)
  }

  try {
    if (pending.length > 0) {
      const batches = startPredictor({
        model: spec,
        provider: input.provider,
        batchSize: input.batch,
        allowedIds: allowed,
        signal: context.signal,
        items: fetchItems(parts, dataset, pending, truth, context.signal),
        entry: parts.resources.predictEntry,
        onInfo: (info) => (ready.info = info),
      })
      for await (const batch of batches) {
        columns.append(toStaged(batch), batch.failures)
        sizes.add(batch.sampleIds, batch.sizes)
        finished += batch.sampleIds.length + batch.failures.length
        failures.push(...batch.failures)
        for (const id of batch.sampleIds) if (problems.has(id)) readable.push(id)
        context.progress({
          done: alreadyDone + finished,
          total: rows.length,
          message: ready.info === null ? '' : `on ${ready.info.provider}`,
        })
        dataset.touch()
        if (performance.now() - lastTold > tellEveryMs) {
          lastTold = performance.now()
          tell(parts, dataset)
        }
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
    model: spec.name,
    failed: failures.length,
    imagesPerSecond: finished === 0 ? null : dataset.columns.run(spec.name).imagesPerSecond,
  }
}

/** Whether every sample has a prediction, or was found to have none. */
function isComplete(dataset: DatasetHandle, run: number, codes: Codes): boolean {
  let open = 0
  for (const code of codes) if (code === 0) open++
  return open <= listFailedSamples(dataset.db, run).length
}

function tell(parts: EngineParts, dataset: DatasetHandle): void {
  dataset.touch()
  parts.events.emit('dataset.changed', { dataset: dataset.id, version: dataset.version })
}

/** The run to go on with, or a new one: another file or protocol under the same name begins anew. */
function prepareRun(
  parts: EngineParts,
  dataset: DatasetHandle,
  spec: ModelSpec,
  truth: Truth,
  input: PredictInput,
): number {
  const known = dataset.columns.runs.find((run) => run.model === spec.name)
  const preprocessing = describePreprocessing(spec.preprocessing)
  const isSame =
    known !== undefined &&
    known.modelSha256 === spec.sha256 &&
    known.protocol === input.protocol &&
    known.preprocessing === preprocessing
  if (isSame) {
    dataset.write(() => updateRun(dataset.db, known.id, { ...known, state: 'running' }))
    dataset.columns.reloadNames()
    return known.id
  }
  const id = dataset.write(() => {
    // Imported predictions cannot be made again: they step aside. A run of Foible's own is replaced.
    if (known?.provider === 'imported')
      renameRun(dataset.db, known.id, freeRunName(dataset, `${known.model} (imported)`))
    else if (known !== undefined) deleteRun(dataset.db, known.id)
    return insertRun(
      dataset.db,
      {
        model: spec.name,
        modelSha256: spec.sha256,
        protocol: input.protocol,
        provider: input.provider,
        state: 'running',
        labelSpace: spec.labelSpace,
        preprocessing,
        unmappedClasses: truth.unmapped,
        imagesPerSecond: null,
        startedAt: parts.now().toISOString(),
      },
      // Only ImageNet's labels are lists of synonyms; elsewhere a comma may be part of the name.
      spec.classes.map((label, id) => ({
        name: spec.labelSpace === 'imagenet-1k' ? displayName(label) : label,
        labelId: id,
      })),
    )
  })
  dataset.columns.reloadNames()
  dataset.touch()
  return id
}

/** The model with the dataset's border taken off before its own preprocessing. */
function withoutBorder(spec: ModelSpec, cropBorderPx: number): ModelSpec {
  return cropBorderPx === 0 ? spec : { ...spec, preprocessing: { ...spec.preprocessing, cropBorderPx } }
}

export function freeRunName(dataset: DatasetHandle, wanted: string): string {
  const taken = new Set(dataset.columns.runs.map((run) => run.model))
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`
    if (!taken.has(name)) return name
  }
}

async function* fetchItems(
  parts: EngineParts,
  dataset: DatasetHandle,
  rows: Uint32Array,
  truth: Truth,
  signal: AbortSignal,
): AsyncGenerator<PredictItem> {
  const fetchOne = async (row: number): Promise<PredictItem> => {
    const sample = getSample(dataset.db, row + 1)!
    const image = await parts.media.fetch(dataset, sample, false, signal).catch((error: unknown) => {
      // What concerns one image is its own failure; what concerns all of them, such as the network, ends the job.
      if (error instanceof FoibleError && ofOneImage.has(error.code)) return { problem: error.message }
      throw error
    })
    return { sampleId: sample.id, image, acceptedIds: truth.acceptedIds(row) }
  }
  const ahead: Promise<PredictItem>[] = []
  let next = 0
  const fill = () => {
    while (ahead.length < fetchAhead && next < rows.length) {
      const item = fetchOne(rows[next++]!)
      // Its failure is thrown when its turn comes; until then it is not unhandled.
      item.catch(() => undefined)
      ahead.push(item)
    }
  }
  for (fill(); ahead.length > 0; fill()) yield await ahead.shift()!
}

/** Class ids of the process (from 0, -1 = none) to codes of the run (from 1, 0 = none). */
function toStaged(batch: PredictBatch): StagedBatch {
  return {
    sampleIds: batch.sampleIds,
    topCodes: Uint32Array.from(batch.topIds, (id) => id + 1),
    topProbabilities: batch.topProbabilities,
    entropy: batch.entropy,
    margin: batch.margin,
    truthConfidence: batch.truthConfidence,
    truthRank: batch.truthRank,
  }
}
