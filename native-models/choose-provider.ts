// Which execution provider runs a model, and why: the fastest that agrees with the processor, which is always the floor.
import { forkPredictProcess } from './fork-predict-process.ts'
import { candidateProviders, missingLibrary } from './missing-library.ts'
import type { ModelSpec } from './model-spec.ts'
import type { ProviderReport } from './probe-provider.ts'

export interface ProviderChoice {
  readonly provider: string
  /** One sentence a provider, the chosen one's first. */
  readonly reasons: readonly string[]
}

/** Compiling shaders for a large model takes seconds; a software driver takes longer than it is worth. */
const probeTimeoutMs = 20_000
/** Below this gain the processor stays: it is the reference. */
const leastSpeedup = 1.2

const choices = new Map<string, Promise<ProviderChoice>>()

/**
 * A named provider is taken as it is. `auto` probes the others, each in a process of its own, once a model and program run; where their
 * libraries are plainly missing that costs nothing.
 * @param entry The predict-process module where it does not lie beside this one.
 */
export function chooseProvider(requested: string, model: ModelSpec, entry?: URL | string): Promise<ProviderChoice> {
  if (requested !== 'auto') return Promise.resolve({ provider: requested, reasons: [`${requested}: asked for.`] })
  const known = choices.get(model.sha256)
  if (known) return known
  const choice = probeAll(model, entry)
  choices.set(model.sha256, choice)
  return choice
}

async function probeAll(model: ModelSpec, entry: URL | string | undefined): Promise<ProviderChoice> {
  const reports: ProviderReport[] = []
  // One after another: two at once would share the cores and spoil each other's times.
  for (const provider of candidateProviders(process.platform)) {
    const missing = missingLibrary(provider)
    reports.push(missing === null ? await probe(provider, model, entry) : { provider, speedup: null, reason: missing })
  }
  return bestChoice(reports)
}

/** Pure. */
export function bestChoice(reports: readonly ProviderReport[]): ProviderChoice {
  const [best, ...others] = reports.toSorted((a, b) => (b.speedup ?? 0) - (a.speedup ?? 0))
  if (best?.speedup == null || best.speedup < leastSpeedup) {
    return { provider: 'cpu', reasons: ['cpu: nothing faster works here.', ...reports.map((report) => report.reason)] }
  }
  return { provider: best.provider, reasons: [best.reason, ...others.map((report) => report.reason)] }
}

async function probe(provider: string, model: ModelSpec, entry: URL | string | undefined): Promise<ProviderReport> {
  const child = forkPredictProcess(entry)
  const timer = setTimeout(() => child.kill(), probeTimeoutMs)
  try {
    child.send({ type: 'probe', provider, model })
    return (await child.next('probed')).report
  } catch (error) {
    // A driver that crashes or hangs takes only the probe with it.
    const reason = error instanceof Error ? error.message : String(error)
    return {
      provider,
      speedup: null,
      reason: `${provider}: the probe broke off or took longer than ${probeTimeoutMs / 1000} s. ${reason}`,
    }
  } finally {
    clearTimeout(timer)
    child.kill()
  }
}
