// Rows of `run`, its classes, failures and staged batches. The predictions themselves lie in packed columns.
import type { KeptKind, Protocol } from '#core/sample.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

export interface RunRecord {
  readonly id: number
  /** The run's own name, by which filters and figures know it. */
  readonly model: string
  /** The library's name of the model that predicted; null where the predictions were imported. */
  readonly modelName: string | null
  readonly modelSha256: string | null
  readonly protocol: Protocol
  readonly provider: string
  readonly state: 'running' | 'partial' | 'done'
  readonly labelSpace: 'imagenet-1k' | 'own'
  /** A sentence, as shown beside the figures. */
  readonly preprocessing: string
  readonly unmappedClasses: readonly string[]
  readonly imagesPerSecond: number | null
  readonly startedAt: string
  readonly settings: RunSettings
}

/** What else makes a run what it is. Runs of older versions have none of it. */
export interface RunSettings {
  /** A hash of every value of the preprocessing, of which the sentence tells the usual ones. */
  readonly preprocessingKey?: string
  /** A hash of what else of the model changes its answers: the order of its input, and the text half of a dual encoder. */
  readonly modelKey?: string
  /** How many classes the run may answer. */
  readonly answerCount?: number
  /** Prompt templates of a zero-shot run, `{}` standing for the class. */
  readonly templates?: readonly string[]
  /** What is kept of each image beyond its top five, and how many numbers that is, see kept_vector. */
  readonly kept?: Readonly<Partial<Record<KeptKind, number>>>
}

export interface RunClass {
  readonly name: string
  readonly labelId: number | null
}

export function listRuns(db: ReadDb): RunRecord[] {
  const rows = db
    .prepare(
      `SELECT id, model, model_name AS modelName, model_sha256 AS modelSha256, protocol, provider, state, label_space AS labelSpace, preprocessing,
       unmapped_classes AS unmappedClasses, images_per_second AS imagesPerSecond, started_at AS startedAt, settings
       FROM run ORDER BY id`,
    )
    .all() as (Omit<RunRecord, 'unmappedClasses' | 'settings'> & { unmappedClasses: string; settings: string })[]
  return rows.map((row) => ({
    ...row,
    unmappedClasses: JSON.parse(row.unmappedClasses) as string[],
    settings: JSON.parse(row.settings) as RunSettings,
  }))
}

export function insertRun(db: WriteDb, run: Omit<RunRecord, 'id'>, classes: readonly RunClass[]): number {
  const result = db
    .prepare(
      `INSERT INTO run (model, model_name, model_sha256, protocol, provider, state, label_space, preprocessing, unmapped_classes,
       images_per_second, started_at, settings) VALUES (@model, @modelName, @modelSha256, @protocol, @provider, @state, @labelSpace,
       @preprocessing, @unmappedClasses, @imagesPerSecond, @startedAt, @settings)`,
    )
    .run({
      ...run,
      unmappedClasses: JSON.stringify(run.unmappedClasses),
      settings: JSON.stringify(run.settings),
    })
  const id = Number(result.lastInsertRowid)
  const insertClass = db.prepare('INSERT INTO run_class (run_id, code, name, label_id) VALUES (?, ?, ?, ?)')
  classes.forEach((runClass, index) => insertClass.run(id, index + 1, runClass.name, runClass.labelId))
  return id
}

export function updateRun(
  db: WriteDb,
  id: number,
  change: Pick<RunRecord, 'state' | 'provider' | 'imagesPerSecond'>,
): void {
  const result = db
    .prepare('UPDATE run SET state = @state, provider = @provider, images_per_second = @imagesPerSecond WHERE id = @id')
    .run({ ...change, id })
  assertChanges(result, 1, 'update run')
}

/** After the dataset's classes were mapped anew. */
export function updateUnmappedClasses(db: WriteDb, id: number, classes: readonly string[]): void {
  const result = db.prepare('UPDATE run SET unmapped_classes = ? WHERE id = ?').run(JSON.stringify(classes), id)
  assertChanges(result, 1, 'update run')
}

export function updateRunSettings(db: WriteDb, id: number, settings: RunSettings): void {
  const result = db.prepare('UPDATE run SET settings = ? WHERE id = ?').run(JSON.stringify(settings), id)
  assertChanges(result, 1, 'update run settings')
}

/** A run that was going on when its process ended is a part of one. */
export function endInterruptedRuns(db: WriteDb): void {
  db.prepare(`UPDATE run SET state = 'partial' WHERE state = 'running'`).run()
}

export function renameRun(db: WriteDb, id: number, model: string): void {
  assertChanges(db.prepare('UPDATE run SET model = ? WHERE id = ?').run(model, id), 1, 'rename run')
}

export function deleteRun(db: WriteDb, id: number): void {
  assertChanges(db.prepare('DELETE FROM run WHERE id = ?').run(id), 1, 'delete run')
  db.prepare('DELETE FROM packed_column WHERE name LIKE ?').run(`run:${id}:%`)
}

export function listRunClasses(db: ReadDb, runId: number): RunClass[] {
  return db
    .prepare('SELECT name, label_id AS labelId FROM run_class WHERE run_id = ? ORDER BY code')
    .all(runId) as RunClass[]
}

export function insertFailure(db: WriteDb, runId: number, sampleId: number, message: string): void {
  db.prepare(
    `INSERT INTO prediction_failure (run_id, sample_id, message) VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET message = excluded.message`,
  ).run(runId, sampleId, message)
}

export function listFailedSamples(db: ReadDb, runId: number): number[] {
  return db.prepare('SELECT sample_id FROM prediction_failure WHERE run_id = ?').pluck().all(runId) as number[]
}

export function listFailures(db: ReadDb, runId: number): { sampleId: number; message: string }[] {
  const rows = db.prepare('SELECT sample_id AS sampleId, message FROM prediction_failure WHERE run_id = ?').all(runId)
  return rows as { sampleId: number; message: string }[]
}

/** What could not be predicted once and now has been. */
export function deleteFailures(db: WriteDb, runId: number, sampleIds: Iterable<number>): void {
  const failed = new Set(listFailedSamples(db, runId))
  if (failed.size === 0) return
  const remove = db.prepare('DELETE FROM prediction_failure WHERE run_id = ? AND sample_id = ?')
  for (const id of sampleIds) if (failed.has(id)) remove.run(runId, id)
}

export function insertStagedBatch(db: WriteDb, runId: number, data: Uint8Array): void {
  db.prepare(
    `INSERT INTO staged_batch (run_id, number, data)
     VALUES (@runId, (SELECT coalesce(max(number), 0) + 1 FROM staged_batch WHERE run_id = @runId), @data)`,
  ).run({ runId, data })
}

export function listStagedBatches(db: ReadDb, runId: number): Buffer[] {
  return db.prepare('SELECT data FROM staged_batch WHERE run_id = ? ORDER BY number').pluck().all(runId) as Buffer[]
}

export function clearStagedBatches(db: WriteDb, runId: number): void {
  db.prepare('DELETE FROM staged_batch WHERE run_id = ?').run(runId)
}
