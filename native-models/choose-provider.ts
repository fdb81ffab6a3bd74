// Which execution providers run a model, and why: the fastest that agrees first, and the processor, which is always the floor, last.
import { FoibleError } from '#core/errors.ts'
import { formatServerAddress, serverProvider } from '#core/models/server-address.ts'
import { forkPredictProcess } from './fork-predict-process.ts'
import { candidateProviders, missingLibrary } from './missing-library.ts'
import type { ModelSpec, ServerSpec } from './model-spec.ts'
import type { PredictItem } from './predictor.ts'
import type { ProviderReport } from './probe-provider.ts'

export interface ProviderChoice {
  /** In the order in which they are to be used: the next where one fails. The last is `cpu`. */
  readonly providers: readonly string[]
  /** One sentence a provider, the first one's first. */
  readonly reasons: readonly string[]
}

/** That a provider is tried with. */
export const probeImages = 4

export interface ProbeOptions {
  /** Some images of those that are to be predicted. */
  readonly items: readonly PredictItem[]
  /** The predict-process module where it does not lie beside this one. */
  readonly entry?: URL | string | undefined
  /** Providers to try beside the processor; those of the platform by default. */
  readonly candidates?: readonly string[] | undefined
}

/** The processor has the same images first. How long it takes says nothing of the provider. */
const processorTimeoutMs = 120_000
/** Compiling shaders for a large model takes seconds, and TensorRT's search a minute; a software driver takes longer than it is worth. */
const probeTimeoutMs = (provider: string) => (provider === 'tensorrt' ? 120_000 : 20_000)
/** Its four images would take the processor half a minute. */
const largeModelBytes = 2 ** 29
/** Below this gain the processor stays: it is the reference. */
const leastSpeedup = 1.2

const choices = new Map<string, Promise<ProviderChoice>>()

/**
 * A named provider is taken as it is. `auto` probes the others, each in a process of its own, once a model and program run; where their
 * libraries are plainly missing that costs nothing.
 */
export function chooseProvider(requested: string, model: ModelSpec, options: ProbeOptions): Promise<ProviderChoice> {
  if (model.server !== undefined) return Promise.resolve(chooseServer(requested, model.server))
  if (requested !== 'auto') {
    const providers = requested === 'cpu' ? ['cpu'] : [requested, 'cpu']
    return Promise.resolve({ providers, reasons: [`${requested}: asked for.`] })
  }
  const key = choiceKey(model, options.candidates)
  const known = choices.get(key)
  if (known) return known
  const reports = probeAll(model, options)
  const choice = reports.then(rankProviders)
  choices.set(key, choice)
  // Without images nothing was learnt, and a failure to ask is no answer.
  const forget = () => choices.delete(key)
  reports.then((all) => all.some(({ isUntried }) => isUntried === true) && forget(), forget)
  return choice
}

/** Nothing here can go on for a server. Throws `usage` where somebody asks for a provider of this machine. */
function chooseServer(requested: string, server: ServerSpec): ProviderChoice {
  const provider = serverProvider(server)
  if (requested === 'auto' || requested === 'cpu' || requested === provider) {
    return { providers: [provider], reasons: [`${provider}: the model is there.`] }
  }
  const message = `${formatServerAddress(server)} runs the model, so ${requested} cannot: leave the provider out.`
  throw new FoibleError('usage', message, { provider: requested })
}

/** What failed in mid-run is not tried again with this model until the program starts anew. */
export function rememberDrop(
  model: ModelSpec,
  candidates: readonly string[] | undefined,
  left: ProviderChoice,
): ProviderChoice {
  choices.set(choiceKey(model, candidates), Promise.resolve(left))
  return left
}

function choiceKey({ sha256 }: ModelSpec, candidates: readonly string[] | undefined): string {
  return [sha256, ...(candidates ?? [])].join(' ')
}

async function probeAll(model: ModelSpec, options: ProbeOptions): Promise<readonly ProviderReport[]> {
  const reports: ProviderReport[] = []
  // One after another: two at once would share the cores and spoil each other's times.
  for (const provider of options.candidates ?? candidateProviders(process.platform)) {
    const missing = missingLibrary(provider)
    const report =
      missing === null ? await probe(provider, model, options) : { provider, speedup: null, reason: missing }
    reports.push(report)
  }
  return reports
}

/** Pure. */
export function rankProviders(reports: readonly ProviderReport[]): ProviderChoice {
  const worthIt = ({ speedup }: ProviderReport) => speedup !== null && speedup >= leastSpeedup
  const ranked = reports.filter(worthIt).toSorted((a, b) => (b.speedup ?? 0) - (a.speedup ?? 0))
  const others = reports.filter((report) => !worthIt(report)).map(({ reason }) => reason)
  const providers = [...ranked.map(({ provider }) => provider), 'cpu']
  if (ranked.length === 0) return { providers, reasons: ['cpu: nothing faster works here.', ...others] }
  return { providers, reasons: [...ranked.map(({ reason }) => reason), ...others] }
}

async function probe(provider: string, model: ModelSpec, { items, entry }: ProbeOptions): Promise<ProviderReport> {
  const child = forkPredictProcess(entry)
  const within = async <T>(reply: Promise<T>, ms: number, who: string): Promise<T> => {
    const message = `${who} took longer than ${ms / 1000} s to answer.`
    const silent = () => child.fail(new FoibleError('predictor_failed', message, { provider, isSilence: true }))
    const timer = setTimeout(silent, ms)
    return await reply.finally(() => clearTimeout(timer))
  }
  try {
    child.send({ type: 'probe', provider, model, items: items.slice(0, countProbed(model)) })
    await within(child.next('probing'), processorTimeoutMs, 'not tried, as the processor')
    return (await within(child.next('probed'), probeTimeoutMs(provider), 'it')).report
  } catch (error) {
    // A driver that crashes or hangs takes only the probe with it.
    if (!(error instanceof FoibleError)) throw error
    const isSilence = error.details['isSilence'] === true
    const reason = isSilence ? error.message : `the trial broke off: ${lastWords(error) ?? error.message}`
    return { provider, speedup: null, reason: `${provider}: ${reason}` }
  } finally {
    child.kill()
  }
}

/** A graph of a fixed batch takes no more at once, and what is large has enough to do with one image. */
function countProbed({ batch, sizeBytes }: ModelSpec): number {
  return Math.min(batch ?? probeImages, sizeBytes < largeModelBytes ? probeImages : 1)
}

/** What a process that died wrote last. */
function lastWords({ details }: FoibleError): string | null {
  const lines = Array.isArray(details['stderr']) ? details['stderr'] : []
  return lines.length === 0 ? null : `${String(lines.at(-1)).replace(/\.?\s*$/, '')}.`
}
