// Units a second over the last seconds, for the rate and the remaining time of a job.

const windowMs = 5000

export class RateMeter {
  #points: { readonly atMs: number; readonly done: number }[] = []

  reset(): void {
    this.#points = []
  }

  add(atMs: number, done: number): void {
    this.#points.push({ atMs, done })
    const oldest = this.#points.findIndex((point) => atMs - point.atMs <= windowMs)
    // One point before the window stays, so that the window is always covered.
    if (oldest > 1) this.#points.splice(0, oldest - 1)
  }

  /** null until two points tell something. */
  rate(): number | null {
    const first = this.#points[0]
    const last = this.#points.at(-1)
    if (first === undefined || last === undefined || last.atMs <= first.atMs) return null
    return ((last.done - first.done) / (last.atMs - first.atMs)) * 1000
  }
}
