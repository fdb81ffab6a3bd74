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
          modelKey: modelKey(spec),
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
      isSameModel(run, spec) &&
      run.preprocessing === sentence &&
      asksTheSame(columns, run, planned),
  )
}

/** What was noted before there was such a key goes by its name and file. */
function isSameModel({ settings }: RunRecord, spec: ModelSpec): boolean {
  return settings.modelKey === undefined || settings.modelKey === modelKey(spec)
}

/** With the same prompts, among the same classes: ids are positions among these. ImageNet's may be spelled otherwise. */
function asksTheSame(columns: DatasetHandle['columns'], run: RunRecord, planned: PlannedAnswers): boolean {
  return hasSamePrompts(run, planned) && hasSameClasses(columns, run, planned)
}

function hasSamePrompts({ settings }: RunRecord, { templates }: PlannedAnswers): boolean {
  return JSON.stringify(settings.templates) === JSON.stringify(templates)
}

function hasSameClasses({ db }: DatasetHandle['columns'], run: RunRecord, { model }: PlannedAnswers): boolean {
  if (run.labelSpace !== model.labelSpace) return false
  if (model.labelSpace === 'imagenet-1k') return true
  const classes = listRunClasses(db, run.id).map(({ name }) => name)
  return JSON.stringify(classes) === JSON.stringify(model.classes)
}

function countAnswers({ model, answers }: PlannedAnswers): number {
  return answers.kind === 'masked' ? answers.ids.length : model.classes.length
}

/** Every value that changes a pixel; where it was read from does not. */
function preprocessingKey({ origin: _origin, ...steps }: Preprocessing): string {
  return shortHash(sortKeys(steps))
}

/** Beside the file's own hash, which is the image half's of a dual encoder. */
function modelKey({ layout, text }: ModelSpec): string {
  return shortHash([layout, ...(text === undefined ? [] : [text.sha256, text.scale, text.bias, text.activation])])
}

function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}

/** In what order somebody wrote them says nothing. */
function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sortKeys(item)])
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
  if (!isSameModel(taken, spec)) return spec.text === undefined ? 'other layout' : 'other text encoder'
  if (!hasSamePrompts(taken, planned)) return 'other prompts'
  return hasSameClasses(columns, taken, planned) ? 'other preprocessing' : 'other classes'
}

export function freeRunName(dataset: DatasetHandle, wanted: string): string {
  const taken = new Set(dataset.columns.runs.map((run) => run.model))
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} ${number}`
    if (!taken.has(name)) return name
  }
}
