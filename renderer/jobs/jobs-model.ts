// Jobs as the status bar shows them. Pure.
import type { Job } from '#contract/jobs.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatBytes, formatDuration, formatNumber, formatPlural } from '../common/figures.ts'

/** Puts a job's newest state in the list; a new one comes first. */
export function mergeJob(jobs: readonly Job[], job: Job): Job[] {
  return jobs.some(({ id }) => id === job.id) ? jobs.map((old) => (old.id === job.id ? job : old)) : [job, ...jobs]
}

export function isActive({ state }: Job): boolean {
  return state === 'queued' || state === 'running' || state === 'paused'
}

/** As the list shows them: what runs, what waits in the order of its turns, what is paused, and what has ended, the newest first. */
export function inOrder(jobs: readonly Job[]): Job[] {
  const groups = ['running', 'queued', 'paused']
  const group = (job: Job) => (isActive(job) ? groups.indexOf(job.state) : groups.length)
  return jobs.toSorted((a, b) => {
    if (group(a) !== group(b)) return group(a) - group(b)
    return a.state === 'queued' ? a.rank - b.rank : b.id - a.id
  })
}

export interface Turns {
  /** The job that it would come before, one place sooner; null where it is the next already. */
  readonly sooner: { readonly before: number } | null
  /** One place later; `before: null` = behind all. Null where it is the last. */
  readonly later: { readonly before: number | null } | null
}

/** Where a waiting job can be moved to among those of its kind: others do not stand in its way. */
export function findTurns(jobs: readonly Job[], job: Job): Turns {
  if (job.state !== 'queued') return { sooner: null, later: null }
  const waiting = inOrder(jobs).filter(({ state, kind }) => state === 'queued' && kind === job.kind)
  const place = waiting.findIndex(({ id }) => id === job.id)
  const previous = waiting[place - 1]
  return {
    sooner: previous === undefined ? null : { before: previous.id },
    later: place < waiting.length - 1 ? { before: waiting[place + 2]?.id ?? null } : null,
  }
}

/** Why an execution provider predicts, and why the others do not: a sentence each. */
export function reasonsOf({ result }: Job): readonly string[] {
  const reasons: unknown = result?.['reasons']
  return Array.isArray(reasons) ? reasons.map(String) : []
}

/** The one that the status bar tells of: running before waiting before paused. */
export function foremost(jobs: readonly Job[]): Job | null {
  const order = ['running', 'queued', 'paused'] as const
  for (const state of order) {
    const job = jobs.findLast((some) => some.state === state)
    if (job !== undefined) return job
  }
  return null
}

/** `620 of 1,485, 42 images/s, 18 s left`; what it does right now comes first: `The Hub asks to wait 40 s, 620 images`. */
export function describeProgress(job: Job): string {
  const amount = (value: number) => (job.unit === 'bytes' ? formatBytes(value) : formatCount(value))
  const done =
    job.total === null
      ? `${amount(job.done)} ${job.unit === 'bytes' ? '' : job.unit}`.trim()
      : `${amount(job.done)} of ${amount(job.total)}`
  const now = job.state === 'running' ? job.message : ''
  const isBegun = job.done > 0 || (job.total !== null && job.state !== 'queued')
  const parts = now === '' ? [] : [now]
  if (isBegun || (job.state !== 'queued' && now === '')) parts.push(done)
  if (job.state === 'running' && job.rate !== null && job.rate > 0) {
    parts.push(job.unit === 'bytes' ? `${formatBytes(job.rate)}/s` : `${formatNumber(job.rate)} ${job.unit}/s`)
  }
  if (job.state === 'running' && job.remainingMs !== null) parts.push(`${formatDuration(job.remainingMs)} left`)
  if (job.state === 'queued') parts.push('waiting')
  if (job.state === 'paused') parts.push('paused')
  return parts.join(', ')
}

/** 0 to 1; null while the total is unknown. */
export function progressOf({ done, total }: Job): number | null {
  return total === null || total === 0 ? null : Math.min(done / total, 1)
}

/** What came of a job that has ended. */
export function describeEnd(job: Job): string {
  if (job.state === 'failed') return job.error?.message ?? 'It failed.'
  if (job.state === 'cancelled') return 'Stopped. What was done is kept.'
  const { samples, files, bytes, failed } = job.result ?? {}
  if (typeof samples === 'number' && typeof files === 'number' && typeof bytes === 'number') {
    return `${formatPlural(samples, 'sample')} in ${formatPlural(files, 'file')}, ${formatBytes(bytes)}.`
  }
  if (typeof job.result?.['matched'] === 'number') {
    const { matched, unmatched } = job.result
    const rest = typeof unmatched === 'number' && unmatched > 0 ? `, ${formatCount(unmatched)} without a sample` : ''
    return `${formatPlural(matched, 'row')} joined${rest}.`
  }
  const done = job.unit === 'bytes' ? formatBytes(job.done) : `${formatCount(job.done)} ${job.unit}`
  return typeof failed === 'number' && failed > 0 ? `${done}; ${formatCount(failed)} could not be read.` : `${done}.`
}
