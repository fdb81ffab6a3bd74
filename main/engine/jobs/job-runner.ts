// Every long task: one persisted record each, one runner for all. A job may be killed at any moment and goes on where it was.
import type { Job } from '#contract/jobs.ts'
import { FoibleError, errorCodes } from '#core/errors.ts'
import { type JobKind, type JobRecord, deleteJob, insertJob, listJobs, updateJob } from '#store/job-table.ts'
import { sqliteFailure } from '#store/sqlite.ts'
import type { Library } from '../library.ts'
import type { EventHub } from '../event-hub.ts'
import { RateMeter } from './rate-meter.ts'

export interface JobProgress {
  readonly done: number
  readonly total: number | null
  readonly message?: string
}

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

/** Why a running job is told to stop, the strongest wish last: what is cancelled is not merely paused. */
const stopReasons = ['yield', 'shutdown', 'pause', 'cancel'] as const
type StopReason = (typeof stopReasons)[number]

interface Live {
  record: JobRecord
  readonly meter: RateMeter
  abort: AbortController | null
  stopFor: StopReason | null
  /** Settles when the job ends in whatever way. */
  ended: PromiseWithResolvers<JobRecord>
}

const emitEveryMs = 200
const persistEveryMs = 2000
/** Ended jobs that the next start still tells of. */
const keptEnded = 100

export class JobRunner {
  readonly #library: Library
  readonly #events: EventHub
  readonly #works: Readonly<Record<JobKind, JobWork>>
  readonly #now: () => Date
  readonly #logBug: (error: unknown, where: string) => string
  readonly #jobs = new Map<number, Live>()
  #closing = false

  constructor(options: {
    library: Library
    events: EventHub
    works: Readonly<Record<JobKind, JobWork>>
    now: () => Date
    logBug: (error: unknown, where: string) => string
  }) {
    this.#library = options.library
    this.#events = options.events
    this.#works = options.works
    this.#now = options.now
    this.#logBug = options.logBug
    const records = listJobs(this.#library.db)
    const old = records.filter(isOver).slice(0, -keptEnded)
    for (const record of old) deleteJob(this.#library.db, record.id)
    for (const record of records) {
      if (old.includes(record)) continue
      // Whatever ran when the last process ended was interrupted, not ended.
      const state = record.state === 'running' ? 'queued' : record.state
      this.#jobs.set(record.id, this.#live({ ...record, state }))
    }
  }

  /** Starts the jobs that were waiting or interrupted when Foible was last closed. */
  resumeAll(): void {
    this.#startNext()
  }

  list(): Job[] {
    return [...this.#jobs.values()].map((live) => describe(live))
  }

  get(id: number): Job {
    return describe(this.#require(id))
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
      if (!same || live.record.kind === 'export') continue
      const isStopping = live.stopFor === 'cancel' || live.stopFor === 'pause'
      if (live.record.state === 'running' && !isStopping && isSameInput(live.record, job)) return describe(live)
      if (live.record.state === 'queued' || live.record.state === 'paused') this.#remove(live)
    }
    const record = insertJob(this.#library.db, {
      ...job,
      state: 'queued',
      done: 0,
      total: null,
      message: '',
      error: null,
      result: null,
      createdAt: this.#now().toISOString(),
      endedAt: null,
    })
    const live = this.#live(record)
    this.#jobs.set(record.id, live)
    this.#emit(live)
    return describe(live)
  }

  /** Waits until a job has ended or is paused; fails with its error if it failed. Aborting `signal` cancels the job. */
  async wait(id: number, signal?: AbortSignal): Promise<Job> {
    const live = this.#require(id)
    const cancel = () => this.cancel(id)
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      if (!isOver(live.record) && live.record.state !== 'paused') await live.ended.promise
    } finally {
      signal?.removeEventListener('abort', cancel)
    }
    const { error, state } = live.record
    if (error !== null)
      throw new FoibleError(errorCodes.find((code) => code === error.code) ?? 'internal', error.message, error.details)
    if (state === 'cancelled') throw new FoibleError('cancelled', 'Cancelled. What was finished is kept.')
    return describe(live)
  }

  cancel(id: number): void {
    const live = this.#require(id)
    if (isOver(live.record)) return
    if (live.abort === null) this.#end(live, { state: 'cancelled', message: 'Cancelled.' })
    else this.#stop(live, 'cancel')
  }

  pause(id: number): void {
    const live = this.#require(id)
    if (live.record.state === 'running') this.#stop(live, 'pause')
    else if (live.record.state === 'queued') this.#end(live, { state: 'paused', endedAt: null })
  }

  resume(id: number): void {
    const live = this.#require(id)
    if (live.abort !== null && live.stopFor === 'pause') {
      // It has not come to rest yet: it does so, and goes straight on.
      live.stopFor = 'yield'
      return
    }
    if (live.record.state !== 'paused' && live.record.state !== 'failed' && live.record.state !== 'cancelled') return
    live.ended = Promise.withResolvers()
    this.#change(live, { state: 'queued', error: null, endedAt: null, message: '' })
    this.#startNext()
  }

  dismiss(id: number): void {
    const live = this.#require(id)
    if (isOver(live.record)) this.#remove(live)
  }

  /** Cancels everything that concerns a dataset and waits until nothing touches it any more. */
  async abandon(dataset: string): Promise<void> {
    const own = [...this.#jobs.values()].filter((live) => live.record.dataset === dataset && !isOver(live.record))
    for (const live of own) this.cancel(live.record.id)
    await Promise.all(own.map((live) => live.ended.promise))
  }

  /** Stops what runs; it is resumed at the next start. */
  async shutDown(): Promise<void> {
    this.#closing = true
    const running = [...this.#jobs.values()].filter((live) => live.abort !== null)
    for (const live of running) this.#stop(live, 'shutdown')
    await Promise.all(running.map((live) => live.ended.promise))
  }

  #live(record: JobRecord): Live {
    return { record, meter: new RateMeter(), abort: null, stopFor: null, ended: Promise.withResolvers() }
  }

  #require(id: number): Live {
    const live = this.#jobs.get(id)
    if (live === undefined) throw new FoibleError('not_found', `There is no job ${id}.`, { job: id })
    return live
  }

  /** One job of a kind at a time, in the order they were asked for. Thumbnails wait for predictions: both want the cores. */
  #startNext(): void {
    if (this.#closing) return
    const running = new Set<JobKind>()
    for (const live of this.#jobs.values()) if (live.abort !== null) running.add(live.record.kind)
    for (const live of this.#jobs.values()) {
      if (live.record.state !== 'queued' || running.has(live.record.kind)) continue
      if (live.record.kind === 'thumbnails' && (running.has('predict') || this.#hasQueued('predict'))) continue
      running.add(live.record.kind)
      if (live.record.kind === 'predict') this.#yieldThumbnails()
      void this.#run(live)
    }
  }

  #yieldThumbnails(): void {
    for (const live of this.#jobs.values()) {
      if (live.record.kind === 'thumbnails' && live.abort !== null) this.#stop(live, 'yield')
    }
  }

  #hasQueued(kind: JobKind): boolean {
    return [...this.#jobs.values()].some((live) => live.record.kind === kind && live.record.state === 'queued')
  }

  async #run(live: Live): Promise<void> {
    const controller = new AbortController()
    live.abort = controller
    live.stopFor = null
    live.meter.reset()
    this.#change(live, { state: 'running', message: '' })
    let lastEmit = 0
    let lastPersist = performance.now()
    const progress = (change: JobProgress) => {
      const now = performance.now()
      live.meter.add(now, change.done)
      live.record = {
        ...live.record,
        done: change.done,
        total: change.total,
        message: change.message ?? live.record.message,
      }
      if (now - lastPersist > persistEveryMs) {
        lastPersist = now
        this.#persist(live)
      }
      if (now - lastEmit > emitEveryMs) {
        lastEmit = now
        this.#emit(live)
      }
    }
    try {
      const work = this.#works[live.record.kind] as (
        input: unknown,
        context: JobContext,
      ) => Promise<Record<string, unknown>>
      const result = await work(live.record.input, { signal: controller.signal, progress })
      live.abort = null
      this.#end(live, { state: 'done', result })
    } catch (error) {
      live.abort = null
      this.#fail(live, error)
    }
    this.#startNext()
  }

  #fail(live: Live, error: unknown): void {
    if (live.stopFor === 'pause') return this.#end(live, { state: 'paused', message: 'Paused.', endedAt: null })
    if (live.stopFor === 'yield') {
      const message = live.record.kind === 'thumbnails' ? 'Waiting for the predictions.' : ''
      return this.#change(live, { state: 'queued', message })
    }
    if (live.stopFor === 'shutdown') return this.#end(live, { state: 'queued', message: '', endedAt: null })
    if (live.stopFor === 'cancel')
      return this.#end(live, { state: 'cancelled', message: 'Cancelled. What was finished is kept.' })
    const expected = error instanceof FoibleError ? error : sqliteFailure(error, this.#library.folder)
    const known =
      expected === null
        ? internalError(this.#logBug(error, `job ${live.record.kind}`))
        : { code: expected.code, message: expected.message, details: { ...expected.details } }
    this.#end(live, { state: 'failed', error: known, message: known.message })
  }

  #stop(live: Live, reason: StopReason): void {
    const known = live.stopFor === null ? -1 : stopReasons.indexOf(live.stopFor)
    live.stopFor = stopReasons[Math.max(known, stopReasons.indexOf(reason))]!
    live.abort?.abort()
  }

  #end(live: Live, change: Partial<JobRecord>): void {
    this.#change(live, { endedAt: this.#now().toISOString(), ...change })
    live.ended.resolve(live.record)
  }

  #change(live: Live, change: Partial<JobRecord>): void {
    live.record = { ...live.record, ...change }
    this.#persist(live)
    this.#emit(live)
  }

  /** A full disk must not keep a job from coming to its end: what is in memory stands, and is written with the next change. */
  #persist(live: Live): void {
    try {
      updateJob(this.#library.db, live.record)
    } catch (error) {
      if (sqliteFailure(error, this.#library.folder)?.code !== 'no_space') throw error
    }
  }

  #remove(live: Live): void {
    deleteJob(this.#library.db, live.record.id)
    this.#jobs.delete(live.record.id)
    this.#events.emit('job.removed', { job: live.record.id })
  }

  #emit(live: Live): void {
    this.#events.emit('job.changed', { job: describe(live) })
  }
}

function isOver(record: JobRecord): boolean {
  return record.state === 'done' || record.state === 'failed' || record.state === 'cancelled'
}

function isSameInput(record: JobRecord, job: NewJob): boolean {
  return JSON.stringify(record.input) === JSON.stringify(job.input)
}

function internalError(id: string) {
  return { code: 'internal' as const, message: `Something went wrong inside Foible (${id}).`, details: { id } }
}

function describe(live: Live): Job {
  const { input: _input, ...record } = live.record
  const isRunning = record.state === 'running'
  const rate = isRunning ? live.meter.rate() : null
  const left = record.total === null ? null : record.total - record.done
  return {
    ...record,
    error: record.error as Job['error'],
    rate,
    remainingMs: rate === null || left === null || rate <= 0 ? null : (left / rate) * 1000,
  }
}
