// Predictions in and out are one kind of job.
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { type ExportPredictionsInput, exportPredictions } from './export-predictions.ts'
import { type ImportPredictionsInput, importPredictions } from './import-predictions.ts'

export type PredictionsInput =
  ({ readonly direction: 'in' } & ImportPredictionsInput) | ({ readonly direction: 'out' } & ExportPredictionsInput)

export async function movePredictions(parts: EngineParts, input: PredictionsInput, context: JobContext) {
  return input.direction === 'in'
    ? await importPredictions(parts, input, context)
    : await exportPredictions(parts, input, context)
}
