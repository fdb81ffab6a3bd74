// A share as it leaves the engine.
import type { ShareOf } from '#core/metrics/value-metrics.ts'

/** The same with an interval that schemas can type. */
export function wireShare({ n, right, rate, wilson }: ShareOf) {
  return { n, right, rate, wilson: [wilson[0], wilson[1]] as [number, number] }
}
