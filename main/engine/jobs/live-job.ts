// One job of this process: its record, how fast it goes, and why it is told to stop. Knows nothing of other jobs.
import type { Job } from '#contract/jobs.ts'
import { FoibleError } from '#core/errors.ts'
import { type JobKind, type JobRecord, updateJob } from '#store/job-table.ts'
import { sqliteFailure } from '#store/sqlite.ts'
import type { EventHub } from '../event-hub.ts'
import type { Library } from '../library.ts'
import { RateMeter } from './rate-meter.ts'

export interface JobProgress {
  readonly done: number
  readonly total: number | null
  readonly message?: string
  /** What is counted, where that was not known when the job was made. */
  readonly unit?: string
  /** What is known of its outcome before it ends; without it what was told before stands. */
  readonly result?: Record<string, unknown>
}

/** Why a running job is told to stop, the strongest wish last: what is cancelled is not merely paused. */
const stopReasons = ['yield', 'shutdown', 'pause', 'cancel'] as const
type StopReason = (typeof stopReasons)[number]

/** Kinds that only prepare what is looked at: predictions go first. */
export const givesWay: ReadonlySet<JobKind> = new Set(['thumbnails', 'lint'])

const emitEveryMs = 200
const persistEveryMs = 2000

export interface LiveJobParts {
  readonly library: Library
  readonly events: EventHub
  readonly now: () => Date
  readonly logBug: (error: unknown, where: string) => string
}

export class LiveJob {
  readonly #parts: LiveJobParts
  readonly #meter = new RateMeter()
  #record: JobRecord
  #abort: AbortController | null = null
  #stopFor: StopReason | null = null
  #rank: number
  /** Settles when the job ends in whatever way. */
  #ended = Promise.withResolvers<void>()

  constructor(parts: LiveJobParts, record: JobRecord, rank = record.id) {
    this.#parts = parts
    this.#record = record
    this.#rank = rank
  }

  /** Of two that wait, the one with the lower rank begins first. */
  get rank(): number {
    return this.#rank
  }

  set rank(rank: number) {
    if (rank === this.#rank) return
    this.#rank = rank
    this.emit()
  }

  get record(): JobRecord {
    return this.#record
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  get isOver(): boolean {
    return isOver(this.#record)
  }

  get isRunning(): boolean {
    return this.#abort !== null
  }

  /** It runs, but has been told to come to rest. */
  get isStopping(): boolean {
    return this.#stopFor === 'cancel' || this.#stopFor === 'pause'
  }

  describe(): Job {
    const { input: _input, ...record } = this.#record
    const rate = record.state === 'running' ? this.#meter.rate() : null
    const left = record.total === null ? null : record.total - record.done
    return {
      ...record,
      rank: this.#rank,
      error: record.error as Job['error'],
      rate,
      remainingMs: rate === null || left === null || rate <= 0 ? null : (left / rate) * 1000,
    }
  }

  /** Marks it as running; its work shall end when the signal aborts. */
  begin(): AbortSignal {
    const controller = new AbortController()
    this.#abort = controller
    this.#stopFor = null
    this.#meter.reset()
    this.#change({ state: 'running', message: '' })
    return controller.signal
  }

  /** Takes what the work tells of itself; it is shown and stored now and then. */
  createProgress(): (progress: JobProgress) => void {
    let lastEmit = 0
    let lastPersist = performance.now()
    return ({ done, total, message, unit, result }) => {
      const now = performance.now()
      const saysNew = message !== undefined && message !== this.#record.message
      this.#meter.add(now, done)
      this.#record = {
        ...this.#record,
        done,
        total,
        message: message ?? this.#record.message,
        unit: unit ?? this.#record.unit,
        result: result ?? this.#record.result,
      }
      if (now - lastPersist > persistEveryMs) {
        lastPersist = now
        this.#persist()
      }
      if (saysNew || now - lastEmit > emitEveryMs) {
        lastEmit = now
        this.emit()
      }
    }
  }

  succeed(result: Record<string, unknown>): void {
    this.#abort = null
    this.#end({ state: 'done', result })
  }

  /** The work threw: because it was told to stop, or because it failed. */
  fail(error: unknown): void {
    this.#abort = null
    if (this.#stopFor === 'pause') return this.#end({ state: 'paused', message: 'Paused.', endedAt: null })
    if (this.#stopFor === 'yield') {
      const message = givesWay.has(this.#record.kind) ? 'Waiting for the predictions.' : ''
      return this.#change({ state: 'queued', message })
    }
    if (this.#stopFor === 'shutdown') return this.#end({ state: 'queued', message: '', endedAt: null })
    if (this.#stopFor === 'cancel')
      return this.#end({ state: 'cancelled', message: 'Cancelled. What was finished is kept.' })
    const expected = error instanceof FoibleError ? error : sqliteFailure(error, this.#parts.library.folder)
    const known =
      expected === null
        ? internalError(this.#parts.logBug(error, `job ${this.#record.kind}`))
        : { code: expected.code, message: expected.message, details: { ...expected.details } }
    this.#end({ state: 'failed', error: known, message: known.message })
  }

  /** Tells running work to stop. */
  stop(reason: StopReason): void {
    const known = this.#stopFor === null ? -1 : stopReasons.indexOf(this.#stopFor)
    this.#stopFor = stopReasons[Math.max(known, stopReasons.indexOf(reason))]!
    this.#abort?.abort()
  }

  cancel(): void {
    if (this.isOver) return
    if (this.isRunning) this.stop('cancel')
    else this.#end({ state: 'cancelled', message: 'Cancelled.' })
  }

  pause(): void {
    if (this.#record.state === 'running') this.stop('pause')
    else if (this.#record.state === 'queued') this.#end({ state: 'paused', endedAt: null })
  }

  /** Back into the queue; one that is just coming to rest goes straight on then. */
  resume(): void {
    if (this.isRunning && this.#stopFor === 'pause') {
      this.#stopFor = 'yield'
      return
    }
    const { state } = this.#record
    if (state !== 'paused' && state !== 'failed' && state !== 'cancelled') return
    this.#ended = Promise.withResolvers()
    this.#change({ state: 'queued', error: null, endedAt: null, message: '' })
  }

  emit(): void {
    this.#parts.events.emit('job.changed', { job: this.describe() })
  }

  #end(change: Partial<JobRecord>): void {
    this.#change({ endedAt: this.#parts.now().toISOString(), ...change })
    this.#ended.resolve()
  }

  #change(change: Partial<JobRecord>): void {
    this.#record = { ...this.#record, ...change }
    this.#persist()
    this.emit()
  }

  /** A full disk must not keep a job from coming to its end: what is in memory stands, and is written with the next change. */
  #persist(): void {
    const { db, folder } = this.#parts.library
    try {
      updateJob(db, this.#record)
    } catch (error) {
      if (sqliteFailure(error, folder)?.code !== 'no_space') throw error
    }
  }
}

export function isOver({ state }: Pick<JobRecord, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled'
}

function internalError(id: string) {
  return { code: 'internal' as const, message: `Something went wrong inside Foible (${id}).`, details: { id } }
}
