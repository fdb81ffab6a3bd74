// The progress of jobs on stderr: one line that is overwritten on a terminal, a line now and then elsewhere.
import type { Job } from '#contract/jobs.ts'
import type { CliIo } from './cli-io.ts'

/** What is shown of a job, or of a call that takes its time. */
export type ShownWork = Pick<Job, 'title' | 'done' | 'total' | 'unit' | 'rate' | 'remainingMs' | 'message'>

const barWidth = 24
const plainEveryMs = 5000

export class ProgressLine {
  readonly #io: CliIo
  readonly #quiet: boolean
  #shown = false
  #lastPlainMs = -Infinity

  constructor(io: CliIo, quiet: boolean) {
    this.#io = io
    this.#quiet = quiet
  }

  show(job: Job): void {
    if (job.state === 'running') this.draw(job)
  }

  draw(work: ShownWork): void {
    if (this.#quiet) return
    if (this.#io.isTerminal) {
      this.#io.err(`\r\x1b[2K${formatProgress(work)}`)
      this.#shown = true
    } else if (performance.now() - this.#lastPlainMs > plainEveryMs) {
      this.#lastPlainMs = performance.now()
      this.#io.err(`${formatProgress(work)}\n`)
    }
  }

  end(job: Job): void {
    if (this.#quiet) return
    this.clear()
    this.#lastPlainMs = -Infinity
    this.#io.err(`${job.title}: ${count(job.done)} ${job.unit} in ${formatDuration(elapsedMs(job))}\n`)
  }

  clear(): void {
    if (this.#shown) this.#io.err('\r\x1b[2K')
    this.#shown = false
  }
}

/** "Predicting lite0  [######------]  620 of 1,485 images, 133/s, 6 s left" */
export function formatProgress(job: ShownWork): string {
  if (job.total === null || job.total === 0)
    return `${job.title}  ${job.done > 0 ? `${count(job.done)} ${job.unit}  ` : ''}${job.message}`
  const filled = Math.round((barWidth * job.done) / job.total)
  const rate = job.rate === null || job.rate === 0 ? '' : `, ${count(job.rate)}/s`
  const left = job.remainingMs === null ? '' : `, ${formatDuration(job.remainingMs)} left`
  return `${job.title}  [${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}]  ${count(job.done)} of ${count(job.total)} ${job.unit}${rate}${left}`
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function elapsedMs(job: Job): number {
  return job.endedAt === null ? 0 : Date.parse(job.endedAt) - Date.parse(job.createdAt)
}
