// Every long task: one persisted record each, one runner for all. A job may be killed at any moment and goes on where it was.
import type { Job } from '#contract/jobs.ts'
import { FoibleError, errorCodes } from '#core/errors.ts'
import {
  type JobKind,
  type JobRecord,
  deleteJob,
  getJobRanks,
  insertJob,
  listJobs,
  putJobRanks,
} from '#store/job-table.ts'
import { type JobProgress, LiveJob, type LiveJobParts, givesWay, isOver } from './live-job.ts'

export interface JobContext {
  readonly signal: AbortSignal
  readonly progress: (progress: JobProgress) => void
}

/** Does a job of one kind from its input; resumes by itself from what is stored. Its return value is the job's result. */
export type JobWork = (input: never, context: JobContext) => Promise<Record<string, unknown>>

export interface NewJob {
  readonly kind: JobKind
  readonly title: string
  readonly dataset: string | null
  readonly model: string | null
  readonly unit: string
  readonly input: unknown
}

/** Kinds whose jobs on one dataset have nothing to do with one another. */
const unlike: ReadonlySet<JobKind> = new Set(['export', 'join', 'predictions'])

/** What takes the place of a dataset has it to itself: others wait for it, it waits for those that run. */
const alone: ReadonlySet<JobKind> = new Set(['update'])

/** Ended jobs that the next start still tells of. */
const keptEnded = 100

export class JobRunner {
  readonly #parts: LiveJobParts
  readonly #works: Readonly<Record<JobKind, JobWork>>
  readonly #jobs = new Map<number, LiveJob>()
  #closing = false

  constructor(options: LiveJobParts & { readonly works: Readonly<Record<JobKind, JobWork>> }) {
    this.#parts = options
    this.#works = options.works
    const { db } = options.library
    const records = listJobs(db)
    const ranks = getJobRanks(db)
    const old = records.filter(isOver).slice(0, -keptEnded)
    for (const record of old) deleteJob(db, record.id)
    for (const record of records) {
      if (old.includes(record)) continue
      // Whatever ran when the last process ended was interrupted, not ended.
      const state = record.state === 'running' ? 'queued' : record.state
      this.#jobs.set(record.id, new LiveJob(options, { ...record, state }, ranks.get(record.id)))
    }
  }

  /** Starts the jobs that were waiting or interrupted when Foible was last closed. */
  resumeAll(): void {
    this.#startNext()
  }

  list(): Job[] {
    return [...this.#jobs.values()].map((live) => live.describe())
  }

  get(id: number): Job {
    return this.#require(id).describe()
  }

  /** Queues a job and starts it as soon as its kind is free. */
  start(job: NewJob): Job {
    const queued = this.queue(job)
    this.#startNext()
    return this.get(queued.id)
  }

  /** Queues a job for whoever runs jobs next. It takes the place of one that was left waiting for the same work. */
  queue(job: NewJob): Job {
    for (const live of this.#jobs.values()) {
      const same =
        live.record.kind === job.kind && live.record.dataset === job.dataset && live.record.model === job.model
      if (!same || unlike.has(live.record.kind)) continue
      if (live.record.state === 'running' && !live.isStopping && isSameInput(live.record, job)) return live.describe()
      if (!isSameWork(live.record, job)) continue
      if (live.record.state === 'queued' || live.record.state === 'paused') this.#remove(live)
    }
    const record = insertJob(this.#parts.library.db, {
      ...job,
      state: 'queued',
      done: 0,
      total: null,
      message: '',
      error: null,
      result: null,
      createdAt: this.#parts.now().toISOString(),
      endedAt: null,
    })
    const live = new LiveJob(this.#parts, record)
    this.#jobs.set(record.id, live)
    live.emit()
    return live.describe()
  }

  /** Waits until a job has ended or is paused; fails with its error if it failed. Aborting `signal` cancels the job. */
  async wait(id: number, signal?: AbortSignal): Promise<Job> {
    const live = this.#require(id)
    const cancel = () => this.cancel(id)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      if (!live.isOver && live.record.state !== 'paused') await live.ended
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
    const { error, state } = live.record
    if (error !== null)
      throw new FoibleError(errorCodes.find((code) => code === error.code) ?? 'internal', error.message, error.details)
    if (state === 'cancelled') throw new FoibleError('cancelled', 'Cancelled. What was finished is kept.')
    return live.describe()
  }

  cancel(id: number): void {
    this.#require(id).cancel()
  }

  pause(id: number): void {
    this.#require(id).pause()
  }

  resume(id: number): void {
    this.#require(id).resume()
    this.#startNext()
  }

  /**
   * Puts a waiting job in front of another one, or behind all others (null): the ranks of those that wait are dealt anew.
   * Throws `usage` where one of the two does not wait.
   */
  move(id: number, before: number | null): void {
    const waiting = this.#inOrder().filter(({ record }) => record.state === 'queued')
    const placeOf = (job: number) => {
      const place = waiting.findIndex(({ record }) => record.id === job)
      if (place >= 0) return place
      const { title } = this.#require(job).record
      throw new FoibleError('usage', `“${title}” does not wait any more, so its turn cannot be changed.`, { job })
    }
    const ranks = waiting.map(({ rank }) => rank)
    if (before === id) return
    const [moved] = waiting.splice(placeOf(id), 1)
    waiting.splice(before === null ? waiting.length : placeOf(before), 0, moved!)
    waiting.forEach((live, place) => (live.rank = ranks[place]!))
    const chosen = [...this.#jobs.values()].filter(({ rank, record }) => rank !== record.id)
    putJobRanks(this.#parts.library.db, new Map(chosen.map(({ rank, record }) => [record.id, rank])))
  }

  dismiss(id: number): void {
    const live = this.#require(id)
    if (live.isOver) this.#remove(live)
  }

  /** Cancels everything that concerns a dataset and waits until nothing touches it any more. */
  async abandon(dataset: string): Promise<void> {
    const own = [...this.#jobs.values()].filter((live) => live.record.dataset === dataset && !live.isOver)
    for (const live of own) live.cancel()
    await Promise.all(own.map((live) => live.ended))
  }

  /** Stops what runs; it is resumed at the next start. */
  async shutDown(): Promise<void> {
    this.#closing = true
    const running = [...this.#jobs.values()].filter((live) => live.isRunning)
    for (const live of running) live.stop('shutdown')
    await Promise.all(running.map((live) => live.ended))
  }

  #require(id: number): LiveJob {
    const live = this.#jobs.get(id)
    if (live === undefined) throw new FoibleError('not_found', `There is no job ${id}.`, { job: id })
    return live
  }

  #inOrder(): LiveJob[] {
    return [...this.#jobs.values()].sort((a, b) => a.rank - b.rank)
  }

  /** One job of a kind at a time, in the order they were asked for or put in since. What only prepares waits for predictions: both want the cores. */
  #startNext(): void {
    if (this.#closing) return
    const running = new Set<JobKind>()
    for (const live of this.#jobs.values()) if (live.isRunning) running.add(live.record.kind)
    for (const live of this.#inOrder()) {
      if (live.record.state !== 'queued' || running.has(live.record.kind)) continue
      if (givesWay.has(live.record.kind) && (running.has('predict') || this.#hasQueued('predict'))) continue
      if (this.#mustWait(live)) continue
      running.add(live.record.kind)
      if (live.record.kind === 'predict') this.#yieldToPrediction()
      void this.#run(live)
    }
  }

  /** Whether another job stands in its way on the same dataset; what only prepares is asked to step aside. */
  #mustWait({ record: { id, kind, dataset } }: LiveJob): boolean {
    const others = [...this.#jobs.values()].filter(({ record }) => record.id !== id && record.dataset === dataset)
    if (dataset === null) return false
    if (!alone.has(kind)) return others.some((live) => alone.has(live.record.kind) && isUnderWay(live))
    const busy = others.filter((live) => live.isRunning)
    for (const live of busy) if (givesWay.has(live.record.kind)) live.stop('yield')
    return busy.length > 0
  }

  #yieldToPrediction(): void {
    for (const live of this.#jobs.values()) {
      if (givesWay.has(live.record.kind) && live.isRunning) live.stop('yield')
    }
  }

  #hasQueued(kind: JobKind): boolean {
    return [...this.#jobs.values()].some((live) => live.record.kind === kind && live.record.state === 'queued')
  }

  async #run(live: LiveJob): Promise<void> {
    const { kind, input } = live.record
    const context: JobContext = { signal: live.begin(), progress: live.createProgress() }
    const work = this.#works[kind] as (input: unknown, context: JobContext) => Promise<Record<string, unknown>>
    try {
      live.succeed(await work(input, context))
    } catch (error) {
      live.fail(error)
    }
    this.#startNext()
  }

  #remove(live: LiveJob): void {
    deleteJob(this.#parts.library.db, live.record.id)
    this.#jobs.delete(live.record.id)
    this.#parts.events.emit('job.removed', { job: live.record.id })
  }
}

function isUnderWay({ isRunning, record }: LiveJob): boolean {
  return isRunning || record.state === 'queued'
}

/** Kinds of which one model may have several different pieces of work on a dataset, and what of their input makes no difference. */
const unimportant: Partial<Record<JobKind, readonly string[]>> = { predict: ['provider', 'batch'], infer: ['provider'] }

/** Of two jobs of one kind, dataset and model: whether the one makes the other superfluous. */
function isSameWork(record: JobRecord, job: NewJob): boolean {
  const ignored = unimportant[job.kind]
  if (ignored === undefined) return true
  const what = (input: unknown) =>
    JSON.stringify(input, (key, value: unknown) => (ignored.includes(key) ? undefined : value))
  return what(record.input) === what(job.input)
}

function isSameInput(record: JobRecord, job: NewJob): boolean {
  return JSON.stringify(record.input) === JSON.stringify(job.input)
}
