// What a run may answer under its protocol, and which of the answers are right for each sample.
import { FoibleError } from '#core/errors.ts'
import { sixteenGroups, sixteenNames } from '#core/labels/map-sixteen.ts'
import type { Protocol } from '#core/sample.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { AnswerPlan } from '#models/predictor.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { ModelClasses } from '../labels/label-space.ts'
import { type Truth, findTruth, listMappedIds } from './truth.ts'

/** The protocols that Foible predicts under. */
export const predictProtocols = ['unmasked', 'masked', '16-class'] as const satisfies readonly Protocol[]
export type PredictProtocol = (typeof predictProtocols)[number]

export interface PlannedAnswers {
  /** The run's classes, whose positions are the ids of its answers. */
  readonly model: ModelClasses
  readonly truth: Truth
  readonly answers: AnswerPlan
  /** Prompts of a zero-shot run. */
  readonly templates?: readonly string[]
}

/** Throws `usage` where nothing is left to answer. */
export function planAnswers(dataset: DatasetHandle, spec: ModelSpec, protocol: PredictProtocol): PlannedAnswers {
  const truth = findTruth(dataset.columns, spec)
  if (protocol === 'unmasked') return { model: spec, truth, answers: { kind: 'all' } }
  if (protocol === '16-class') return planSixteen(dataset, spec)
  const ids = listMappedIds(truth)
  if (ids.length === 0) {
    const message = `${spec.name} knows none of the dataset's classes, so nothing is left to answer. Predict unmasked.`
    throw new FoibleError('usage', message, { model: spec.name, unmapped: truth.unmapped })
  }
  return { model: spec, truth, answers: { kind: 'masked', ids } }
}

/** The 16 categories by the mean probability of their members; classes of the dataset outside of them are not judged. */
function planSixteen(dataset: DatasetHandle, spec: ModelSpec): PlannedAnswers {
  if (spec.labelSpace !== 'imagenet-1k') {
    const message = `The 16 categories are made of ImageNet-1k’s classes, and ${spec.name} answers others. Predict unmasked.`
    throw new FoibleError('usage', message, { model: spec.name, protocol: '16-class' })
  }
  const model: ModelClasses = { classes: sixteenNames, labelSpace: 'own' }
  const truth = findTruth(dataset.columns, model)
  if (listMappedIds(truth).length === 0) {
    const message = `None of the dataset’s classes belongs to one of the 16 categories (${sixteenNames.join(', ')}). Predict unmasked.`
    throw new FoibleError('usage', message, { model: spec.name, unmapped: truth.unmapped })
  }
  return { model, truth, answers: { kind: 'grouped', groups: sixteenGroups } }
}
