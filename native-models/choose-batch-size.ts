// How many images a batch has: sizes are tried on the first batches of a run, and the fastest stays. Pure.

export interface BatchSizer {
  /** Images of the next batch. */
  next(): number
  /** What a batch of `images` took in the runtime, asked for as one of `size`. */
  note(size: number, images: number, elapsedMs: number): void
}

/**
 * @param sizes Ascending; a single one is settled.
 * @param repeats Batches of each size: the first compiles and allocates for it, once a session.
 */
export function createBatchSizer(sizes: readonly number[], repeats: number): BatchSizer {
  const [smallest = 1] = sizes
  if (sizes.length < 2) return { next: () => smallest, note: () => undefined }
  const trials = sizes.flatMap((size) => Array.from({ length: repeats }, () => size))
  /** Milliseconds an image, the least of each size. */
  const costs = new Map<number, number>()
  return {
    next() {
      const trial = trials.shift()
      if (trial !== undefined) return trial
      let best = smallest
      // A larger batch has to be worth its memory and its wait.
      for (const size of sizes) if (costOf(costs, size) < costOf(costs, best) * leastGain) best = size
      return best
    },
    note(size, images, elapsedMs) {
      // The last batch of a run is a smaller one.
      if (images === size) costs.set(size, Math.min(costOf(costs, size), elapsedMs / images))
    },
  }
}

const leastGain = 0.97

function costOf(costs: ReadonlyMap<number, number>, size: number): number {
  return costs.get(size) ?? Infinity
}
