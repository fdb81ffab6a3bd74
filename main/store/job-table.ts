// Rows of the library's `job` table: what long work is, how far it came, how it ended.
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

export type JobKind =
  'import' | 'predict' | 'thumbnails' | 'lint' | 'join' | 'predictions' | 'update' | 'export' | 'infer'
export type JobState = 'queued' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled'

export interface JobRecord {
  readonly id: number
  readonly kind: JobKind
  readonly title: string
  readonly dataset: string | null
  readonly model: string | null
  /** What the job was asked to do; its runner knows the shape. */
  readonly input: unknown
  readonly state: JobState
  readonly done: number
  readonly total: number | null
  readonly unit: string
  readonly message: string
  readonly error: { readonly code: string; readonly message: string; readonly details: Record<string, unknown> } | null
  readonly result: Record<string, unknown> | null
  readonly createdAt: string
  readonly endedAt: string | null
}

const columns =
  'id, kind, title, dataset, model, input, state, done, total, unit, message, error, result, created_at AS createdAt, ended_at AS endedAt'

function fromRow(row: unknown): JobRecord {
  const record = row as JobRecord & { input: string; error: string | null; result: string | null }
  return {
    ...record,
    input: JSON.parse(record.input),
    error: record.error === null ? null : JSON.parse(record.error),
    result: record.result === null ? null : JSON.parse(record.result),
  }
}

export function listJobs(db: ReadDb): JobRecord[] {
  return db.prepare(`SELECT ${columns} FROM job ORDER BY id`).all().map(fromRow)
}

export function insertJob(db: WriteDb, job: Omit<JobRecord, 'id'>): JobRecord {
  const result = db
    .prepare(
      `INSERT INTO job (kind, title, dataset, model, input, state, done, total, unit, message, error, result, created_at, ended_at)
       VALUES (@kind, @title, @dataset, @model, @input, @state, @done, @total, @unit, @message, @error, @result, @createdAt, @endedAt)`,
    )
    .run(toRow(job))
  return { ...job, id: Number(result.lastInsertRowid) }
}

const ranksKey = 'job ranks'

/** Places in the queue that somebody chose, by job; a job without one stands where it was asked for. */
export function getJobRanks(db: ReadDb): ReadonlyMap<number, number> {
  const value = db.prepare('SELECT value FROM setting WHERE key = ?').pluck().get(ranksKey)
  return new Map(value === undefined ? [] : (JSON.parse(String(value)) as [number, number][]))
}

export function putJobRanks(db: WriteDb, ranks: ReadonlyMap<number, number>): void {
  const put = db.prepare(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  assertChanges(put.run(ranksKey, JSON.stringify([...ranks])), 1, 'put job ranks')
}

export function updateJob(db: WriteDb, job: JobRecord): void {
  const result = db
    .prepare(
      `UPDATE job SET title = @title, state = @state, done = @done, total = @total, unit = @unit, message = @message,
       error = @error, result = @result, ended_at = @endedAt WHERE id = @id`,
    )
    .run({ ...toRow(job), id: job.id })
  assertChanges(result, 1, 'update job')
}

export function deleteJob(db: WriteDb, id: number): void {
  assertChanges(db.prepare('DELETE FROM job WHERE id = ?').run(id), 1, 'delete job')
}

function toRow(job: Omit<JobRecord, 'id'>) {
  return {
    ...job,
    input: JSON.stringify(job.input),
    error: job.error === null ? null : JSON.stringify(job.error),
    result: job.result === null ? null : JSON.stringify(job.result),
  }
}
