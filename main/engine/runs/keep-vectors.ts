// What a run keeps of its images beyond their top five: what it can keep, what is missing, and a batch's part of it.
import type { Codes } from '#core/columns/column.ts'
import { FoibleError } from '#core/errors.ts'
import { type KeptKind, keptKinds } from '#core/sample.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { AnswerPlan, PredictBatch } from '#models/predictor.ts'
import { listKeptSamples } from '#store/kept-vector-table.ts'
import type { KeptBlocks } from '#store/run-columns.ts'
import { type RunRecord, type RunSettings, updateRunSettings } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

/** Numbers of an image by kind. Throws `model_unsupported` where the model has no embedding to keep. */
export function sizesToKeep(spec: ModelSpec, answers: AnswerPlan, wanted: readonly KeptKind[]): RunSettings['kept'] {
  const { embedding } = spec
  if (wanted.includes('embedding') && embedding === null) {
    throw new FoibleError(
      'model_unsupported',
      `${spec.name} has no embedding to keep: its graph gives none, and does not end in a linear layer. Keep its logits, or nothing.`,
      { part: 'embedding', found: null },
    )
  }
  const logits = answers.kind === 'zero-shot' ? answers.classCount : spec.classes.length
  return {
    ...(wanted.includes('logits') && { logits }),
    ...(wanted.includes('embedding') && embedding !== null && { embedding: embedding.size }),
  }
}

/** Notes what the run keeps from now on, with what it has kept before. The kinds. */
export function noteKept(dataset: DatasetHandle, run: RunRecord, sizes: RunSettings['kept']): readonly KeptKind[] {
  const kept = { ...run.settings.kept, ...sizes }
  if (sizes !== undefined && Object.keys(sizes).length > 0) {
    dataset.write(() => updateRunSettings(dataset.db, run.id, { ...run.settings, kept }))
    dataset.columns.reloadNames()
  }
  return keptKinds.filter((kind) => kept[kind] !== undefined)
}

/** By row and kind: 1 where the run has the vector. */
export type KeptRows = ReadonlyMap<KeptKind, Uint8Array>

export function findKeptRows(dataset: DatasetHandle, run: number, kinds: readonly KeptKind[]): KeptRows {
  return new Map(
    kinds.map((kind) => {
      const has = new Uint8Array(dataset.rowCount)
      for (const id of listKeptSamples(dataset.db, run, kind)) has[id - 1] = 1
      return [kind, has]
    }),
  )
}

/** Notes what the run has. The function that comes back names what it did not have then, of some samples. */
export function markStored(codes: Codes, kept: KeptRows) {
  const answers = codes.slice()
  const vectors = Array.from(kept, ([kind, has]) => [kind, has.slice()] as const)
  return (sampleIds: readonly number[]) => ({
    answers: sampleIds.filter((id) => answers[id - 1] === 0),
    kept: new Map(vectors.map(([kind, has]) => [kind, sampleIds.filter((id) => has[id - 1] === 0)])),
  })
}

/** The vectors of a batch that the run does not have yet, by kind; `kept` has them from then on. */
export function takeNewVectors(batch: PredictBatch, kept: KeptRows): KeptBlocks {
  const blocks: { -readonly [K in keyof KeptBlocks]: KeptBlocks[K] } = {}
  for (const [kind, has] of kept) {
    const halves = batch.kept[kind]
    if (halves === undefined) continue
    const size = halves.length / batch.sampleIds.length
    const fresh = Array.from(batch.sampleIds.keys()).filter((at) => has[batch.sampleIds[at]! - 1] === 0)
    const own = new Uint16Array(fresh.length * size)
    fresh.forEach((at, i) => own.set(halves.subarray(at * size, (at + 1) * size), i * size))
    blocks[kind] = { sampleIds: Uint32Array.from(fresh, (at) => batch.sampleIds[at]!), halves: own }
    for (const id of blocks[kind].sampleIds) has[id - 1] = 1
  }
  return blocks
}
