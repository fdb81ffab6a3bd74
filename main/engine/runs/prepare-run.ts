// Which run a prediction belongs to: the one of the same model, preprocessing and protocol, or a new one beside the others.
import { createHash } from 'node:crypto'
import type { Protocol } from '#core/sample.ts'
import { displayName } from '#core/labels/map-classes.ts'
import { describePreprocessing } from '#models/describe-preprocessing.ts'
import type { ModelSpec, Preprocessing } from '#models/model-spec.ts'
import { type RunRecord, insertRun, listRunClasses, updateRun } from '#store/run-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { PlannedAnswers } from './plan-answers.ts'
import { moveRunName } from './rename-run.ts'

export interface RunRequest {
  readonly spec: ModelSpec
  readonly protocol: Protocol
  readonly provider: string
  readonly planned: PlannedAnswers
}

/** The run to go on with, or a new one with a name of its own: nothing that was predicted is replaced. */
export function prepareRun(parts: EngineParts, dataset: DatasetHandle, request: RunRequest): RunRecord {
  const { spec, planned } = request
  const known = findRun(dataset, request)
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
        settings: {
          preprocessingKey: preprocessingKey(spec.preprocessing),
          answerCount: countAnswers(planned),
          ...(planned.templates === undefined ? {} : { templates: planned.templates }),
        },
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

function findRun({ columns }: DatasetHandle, { spec, protocol, planned }: RunRequest): RunRecord | undefined {
  const key = preprocessingKey(spec.preprocessing)
  const sentence = describePreprocessing(spec.preprocessing)
  return columns.runs.find(
    (run) =>
      run.provider !== 'imported' &&
      run.modelName === spec.name &&
      run.modelSha256 === spec.sha256 &&
      run.protocol === protocol &&
      (run.settings.preprocessingKey ?? key) === key &&
      run.preprocessing === sentence &&
      asksTheSame(columns, run, planned),
  )
}

/** Zero-shot: with the same prompts, among the same classes. Other answers are the model's own. */
function asksTheSame({ db }: DatasetHandle['columns'], run: RunRecord, { templates, model }: PlannedAnswers): boolean {
  if (templates === undefined) return true
  const classes = listRunClasses(db, run.id).map(({ name }) => name)
  return JSON.stringify([run.settings.templates, classes]) === JSON.stringify([templates, model.classes])
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
function nameRun(dataset: DatasetHandle, request: RunRequest): string {
  const { spec, protocol } = request
  const taken = dataset.columns.runs.find((run) => run.model === spec.name)
  if (taken === undefined) return spec.name
  if (taken.provider === 'imported') {
    // Imported predictions step aside: the model's name is its own.
    moveRunName(dataset.db, taken, freeRunName(dataset, `${taken.model} (imported)`))
    return spec.name
  }
  if (taken.protocol !== protocol) return freeRunName(dataset, `${spec.name} (${protocol})`)
  return freeRunName(dataset, `${spec.name} (${nameDifference(dataset, taken, request)})`)
}

function nameDifference({ columns }: DatasetHandle, taken: RunRecord, { spec, planned }: RunRequest): string {
  if (taken.modelSha256 !== spec.sha256) return `file ${spec.sha256.slice(0, 8)}`
  if (asksTheSame(columns, taken, planned)) return 'other preprocessing'
  const isSamePrompts = JSON.stringify(taken.settings.templates) === JSON.stringify(planned.templates)
  return isSamePrompts ? 'other classes' : 'other prompts'
}

export function freeRunName(dataset: DatasetHandle, wanted: string): string {
  const taken = new Set(dataset.columns.runs.map((run) => run.model))
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`
    if (!taken.has(name)) return name
  }
}
