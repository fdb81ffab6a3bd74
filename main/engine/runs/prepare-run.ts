// Which run a prediction belongs to: the one of the same model, preprocessing and protocol, or a new one beside the others.
import { createHash } from 'node:crypto'
import type { Protocol } from '#core/sample.ts'
import { displayName } from '#core/labels/map-classes.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { ModelSpec, Preprocessing } from '#models/model-spec.ts'
import { type RunRecord, insertRun, renameRun, updateRun } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { PlannedAnswers } from './plan-answers.ts'

export interface RunRequest {
  readonly spec: ModelSpec
  readonly protocol: Protocol
  readonly provider: string
  readonly planned: PlannedAnswers
}

/** The run to go on with, or a new one with a name of its own: nothing that was predicted is replaced. */
export function prepareRun(parts: EngineParts, dataset: DatasetHandle, request: RunRequest): RunRecord {
  const { spec, planned } = request
  const known = findRun(dataset.columns.runs, request)
  if (known !== undefined) {
    dataset.write(() => updateRun(dataset.db, known.id, { ...known, state: 'running' }))
    dataset.columns.reloadNames()
    return dataset.columns.run(known.model)
  }
  const { classes, labelSpace } = planned.model
  const name = dataset.write(() => {
    const free = nameRun(dataset, request)
    insertRun(
      dataset.db,
      {
        model: free,
        modelName: spec.name,
        modelSha256: spec.sha256,
        protocol: request.protocol,
        provider: request.provider,
        state: 'running',
        labelSpace,
        preprocessing: describePreprocessing(spec.preprocessing),
        unmappedClasses: planned.truth.unmapped,
        imagesPerSecond: null,
        startedAt: parts.now().toISOString(),
        settings: { preprocessingKey: preprocessingKey(spec.preprocessing), answerCount: countAnswers(planned) },
      },
      // Only ImageNet's labels are lists of synonyms; elsewhere a comma may be part of the name.
      classes.map((label, id) => ({ name: labelSpace === 'imagenet-1k' ? displayName(label) : label, labelId: id })),
    )
    return free
  })
  dataset.columns.reloadNames()
  dataset.touch()
  return dataset.columns.run(name)
}

function findRun(runs: readonly RunRecord[], { spec, protocol }: RunRequest): RunRecord | undefined {
  const key = preprocessingKey(spec.preprocessing)
  const sentence = describePreprocessing(spec.preprocessing)
  return runs.find(
    (run) =>
      run.provider !== 'imported' &&
      run.modelName === spec.name &&
      run.modelSha256 === spec.sha256 &&
      run.protocol === protocol &&
      (run.settings.preprocessingKey ?? key) === key &&
      run.preprocessing === sentence,
  )
}

function countAnswers({ model, answers }: PlannedAnswers): number {
  return answers.kind === 'masked' ? answers.ids.length : model.classes.length
}

/** Every value that changes a pixel; where it was read from does not. */
function preprocessingKey({ origin: _origin, ...steps }: Preprocessing): string {
  const sorted = Object.entries(steps).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16)
}

/** The model's name, or with what makes this run another one beside the run that has it. */
function nameRun(dataset: DatasetHandle, { spec, protocol }: RunRequest): string {
  const taken = dataset.columns.runs.find((run) => run.model === spec.name)
  if (taken === undefined) return spec.name
  if (taken.provider === 'imported') {
    // Imported predictions step aside: the model's name is its own.
    renameRun(dataset.db, taken.id, freeRunName(dataset, `${taken.model} (imported)`))
    return spec.name
  }
  if (taken.protocol !== protocol) return freeRunName(dataset, `${spec.name} (${protocol})`)
  const differs = taken.modelSha256 === spec.sha256 ? 'other preprocessing' : `file ${spec.sha256.slice(0, 8)}`
  return freeRunName(dataset, `${spec.name} (${differs})`)
}

export function freeRunName(dataset: DatasetHandle, wanted: string): string {
  const taken = new Set(dataset.columns.runs.map((run) => run.model))
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`
    if (!taken.has(name)) return name
  }
}
