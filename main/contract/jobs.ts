// Long work: one persisted record a task, whatever its kind.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, empty, errorSchema, isoDate } from './common.ts'

export const jobStates = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'] as const

export const jobSchema = z.object({
  id: z.number().int(),
  kind: z.enum(['import', 'predict', 'thumbnails', 'lint', 'join', 'predictions', 'update', 'export', 'infer']),
  /** For a person: "Predicting efficientnet-lite2". */
  title: z.string(),
  dataset: datasetId.nullable(),
  model: z.string().nullable(),
  state: z.enum(jobStates),
  /** Waiting jobs of a kind begin in ascending order of it. */
  rank: z.number().int(),
  done: z.number(),
  /** null while unknown. */
  total: z.number().nullable(),
  /** What `done` counts: `images`, `files`, `bytes`, `samples`. */
  unit: z.string(),
  /** Units a second over the last seconds; null when not running. */
  rate: z.number().nullable(),
  remainingMs: z.number().nullable(),
  /** What it is doing right now, or what came out. */
  message: z.string(),
  error: errorSchema.nullable(),
  /** The outcome: {run, reasons}, {dataset}, {samples, files, bytes, manifest}, ...; what is known of it before the end. */
  result: z.record(z.string(), z.unknown()).nullable(),
  createdAt: isoDate,
  endedAt: isoDate.nullable(),
})
export type Job = z.infer<typeof jobSchema>

const jobRef = z.object({ job: z.number().int() })

export const jobCalls = {
  'jobs.list': call(empty, z.array(jobSchema)),
  'jobs.cancel': call(jobRef, empty),
  'jobs.pause': call(jobRef, empty),
  'jobs.resume': call(jobRef, empty),
  /** Puts a waiting job in front of another waiting one, or behind all of them (null). */
  'jobs.move': call(z.object({ job: z.number().int(), before: z.number().int().nullable() }), empty),
  /** Removes an ended job from the list. */
  'jobs.dismiss': call(jobRef, empty),
}
