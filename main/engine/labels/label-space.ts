// What a model's class ids are numbers of. Decisions about a dataset's classes hold for all models with the same label space.
import { createHash } from 'node:crypto'
import type { ModelLabels } from '#core/labels/map-classes.ts'
import { areSixteenClasses } from '#core/labels/map-sixteen.ts'
import { imagenet1kNames } from '#models/read-classes.ts'
import type { DatasetColumns } from '#store/dataset-columns.ts'
import { type RunRecord, listRunClasses } from '#store/run-table.ts'
import type { EngineParts } from '../engine-parts.ts'
import { datasetClasses } from './dataset-classes.ts'

export interface LabelSpace extends ModelLabels {
  /** `imagenet-1k`, or `classes:` and a hash of the labels: a list under another name, or changed, is told apart by itself. */
  readonly key: string
}

export interface ModelClasses {
  /** Labels by class id. */
  readonly classes: readonly string[]
  readonly labelSpace: 'imagenet-1k' | 'own'
}

export const imagenetSpace: LabelSpace = { key: 'imagenet-1k', labels: imagenet1kNames, labelSpace: 'imagenet-1k' }

/** ImageNet models spell the labels in their own ways; the ids are the same, so one list of names serves all of them. */
export function labelSpaceOf({ classes, labelSpace }: ModelClasses): LabelSpace {
  if (labelSpace === 'imagenet-1k') return imagenetSpace
  const hash = createHash('sha256').update(JSON.stringify(classes)).digest('hex').slice(0, 32)
  return { key: `classes:${hash}`, labels: classes, labelSpace: areSixteenClasses(classes) ? '16-class' : 'other' }
}

/** The ids of a run of its own label space are positions in its list of classes. */
export function labelSpaceOfRun(columns: DatasetColumns, run: RunRecord): LabelSpace {
  const classes = run.labelSpace === 'own' ? listRunClasses(columns.db, run.id).map(({ name }) => name) : []
  return labelSpaceOf({ classes, labelSpace: run.labelSpace })
}

/** The id in its label space of each of a run's answers, by code - 1; -1 where an answer has none. */
export function idsOfAnswers(columns: DatasetColumns, run: RunRecord): readonly number[] {
  return listRunClasses(columns.db, run.id).map(({ labelId }, index) =>
    run.labelSpace === 'own' ? index : (labelId ?? -1),
  )
}

/** The label space of a run, or of a model of the library that has not predicted the dataset yet. */
export async function findLabelSpace(
  parts: EngineParts,
  columns: DatasetColumns,
  model: string,
  signal: AbortSignal,
): Promise<LabelSpace> {
  const run = columns.runs.find((known) => known.model === model)
  if (run !== undefined) return labelSpaceOfRun(columns, run)
  const spec = await parts.models.spec(model, signal)
  return labelSpaceOf(spec.text === undefined ? spec : datasetClasses(columns))
}
