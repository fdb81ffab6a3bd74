// In a process of its own: does a provider work here, does it agree with the processor on this model, and is it faster?
import { listSupportedBackends } from 'onnxruntime-node'
import type { ModelSpec } from './model-spec.ts'
import { openSession } from './open-session.ts'
import { physicalCores } from './plan-workers.ts'

export interface ProviderReport {
  readonly provider: string
  /** Times as fast as the processor; null where it does not work or does not agree. */
  readonly speedup: number | null
  /** One sentence. */
  readonly reason: string
}

/** Of the range of the scores: devices round differently, and some multiply in 16 or 19 bits. */
const agreementShare = 0.02
const probeImages = 4

/** Runs one batch of noise on the processor and on the provider. May hang or crash with the driver: the parent keeps the time. */
export async function probeProvider(provider: string, model: ModelSpec): Promise<ProviderReport> {
  const names = listSupportedBackends().map((backend) => backend.name)
  if (!names.includes(provider))
    return { provider, speedup: null, reason: `${provider}: this build of onnxruntime does not have it.` }
  try {
    const images = model.batch ?? probeImages
    const noise = noiseValues(images * 3 * model.width * model.height)
    const expected = await timedRun(model, 'cpu', physicalCores(), noise, images)
    const found = await timedRun(model, provider, 1, noise, images)
    const difference = greatestDifference(expected.scores, found.scores)
    const speedup = expected.elapsedMs / found.elapsedMs
    const times = speedup.toPrecision(2)
    if (!(difference <= agreementShare)) {
      const percent = (difference * 100).toPrecision(2)
      return {
        provider,
        speedup: null,
        reason: `${provider}: its scores differ from the processor’s by up to ${percent} % of their range.`,
      }
    }
    return {
      provider,
      speedup,
      reason: `${provider}: agrees with the processor and is ${times} times as fast on this model.`,
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { provider, speedup: null, reason: `${provider}: ${reason}` }
  }
}

/** The second run is timed: the first one compiles and allocates. */
async function timedRun(
  model: ModelSpec,
  provider: string,
  threads: number,
  values: Float32Array,
  images: number,
): Promise<{ scores: Float32Array; elapsedMs: number }> {
  const session = await openSession(model, provider, threads)
  await session.run(values, images)
  const startedMs = performance.now()
  const scores = await session.run(values, images)
  return { scores, elapsedMs: performance.now() - startedMs }
}

/** As a share of the range of the expected scores; NaN if any score is. */
function greatestDifference(expected: Float32Array, found: Float32Array): number {
  let difference = 0
  for (const [i, value] of expected.entries())
    difference = Math.max(difference, Math.abs(value - (found[i] ?? Number.NaN)))
  const range =
    expected.reduce((max, value) => Math.max(max, value), -Infinity) -
    expected.reduce((min, value) => Math.min(min, value), Infinity)
  return range === 0 ? difference : difference / range
}

/** Values between -1 and 1 from a fixed linear congruential generator: the same in every run. */
function noiseValues(count: number): Float32Array {
  let state = 1
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  })
}
