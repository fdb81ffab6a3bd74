// What a run may answer, whatever its protocol.
import type { Protocol } from '#core/sample.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { chooseProtocol } from './choose-protocol.ts'
import { type PlannedAnswers, planAnswers } from './plan-answers.ts'
import { planNames } from './plan-zero-shot.ts'

export interface ProtocolRequest {
  /** null = the model's usual one. */
  readonly protocol: Protocol | null
  /** Prompts of a zero-shot run; null = the model's own. */
  readonly templates: readonly string[] | null
}

export interface PlannedRun {
  readonly protocol: Protocol
  readonly planned: PlannedAnswers
}

/** Throws `usage` where the model cannot predict so or nothing is left to answer, and as `encodeNames` does. */
export async function planRun(
  parts: EngineParts,
  dataset: DatasetHandle,
  spec: ModelSpec,
  request: ProtocolRequest,
  signal: AbortSignal,
): Promise<PlannedRun> {
  const { protocol, templates } = chooseProtocol(spec, request.protocol, request.templates)
  if (protocol !== 'zero-shot') return { protocol, planned: planAnswers(dataset, spec, protocol) }
  return { protocol, planned: await planNames(parts, dataset, spec, templates, signal) }
}
