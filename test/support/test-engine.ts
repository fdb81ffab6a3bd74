// An engine over a library of its own, called through the contract as every shell does.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createChannelPair } from '#contract/channel-pair.ts'
import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '#contract/contract.ts'
import type { Job } from '#contract/jobs.ts'
import { type RpcClient, connectRpc, serveRpc } from '#contract/rpc.ts'
import type { ImportSource } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import { type FilterExpr, type FilterVocabulary, everything } from '#core/filter/expr.ts'
import { parseFilter } from '#core/filter/parse.ts'
import { type Engine, type EngineOptions, createEngine } from '#engine/create-engine.ts'
import type { EventHub } from '#engine/event-hub.ts'

export const projectRoot = path.resolve(import.meta.dirname, '../..')
export const sampleFolder = path.join(projectRoot, 'build/sample/foible-sampler')

export interface TestEngine {
  readonly library: string
  readonly engine: Engine
  readonly client: RpcClient
  readonly events: { readonly name: EventName; readonly payload: EventPayload<EventName> }[]
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** Imports a folder, a file or a Hub repository and waits for it; the dataset's id. */
  import(source: string | ImportSource, options?: Partial<CallInput<'imports.start'>>): Promise<string>
  predict(dataset: string, model: string, options?: Partial<CallInput<'runs.start'>>): Promise<Job>
  export(dataset: string, folder: string, options?: Partial<CallInput<'exports.start'>>): Promise<Job>
  /** Parses filter text against the dataset's names. */
  where(dataset: string, text: string): Promise<FilterExpr>
  addModel(folder: string, name?: string): Promise<string>
  /** Resolves once an event of this kind fulfils the condition; events of the past count. */
  until<N extends EventName>(name: N, holds: (payload: EventPayload<N>) => boolean): Promise<EventPayload<N>>
  close(): Promise<void>
}

export async function openTestEngine(
  library: string,
  background = false,
  options: Pick<EngineOptions, 'hub' | 'secrets' | 'now' | 'predictEntry' | 'threads' | 'analysisEntry'> = {},
): Promise<TestEngine> {
  const engine = createEngine({ library, background, threads: false, ...options })
  const [near, far] = createChannelPair()
  const server = serveRpc(far, engine.handlers, (error, call) => engine.logBug(error, call))
  const client = connectRpc(near)
  const events: { name: EventName; payload: EventPayload<EventName> }[] = []
  const waiting = new Set<() => void>()
  const listen: Parameters<EventHub['listen']>[0] = (name, payload) => {
    server.emit(name, payload)
    events.push({ name, payload })
    for (const check of waiting) check()
  }
  const unlisten = engine.events.listen(listen)
  const call: TestEngine['call'] = (name, input) => client.call(name, input)
  const finish = async (job: Job) => await engine.jobs.wait(job.id)
  const place = (file: string) => engine.places.register(file)
  return {
    library,
    engine,
    client,
    events,
    call,
    async import(source, options = {}) {
      const started = await call('imports.start', {
        source: typeof source === 'string' ? { kind: 'place', place: place(source) } : source,
        name: null,
        split: null,
        maxSamples: null,
        copy: false,
        ...options,
      })
      await finish(started.job)
      return started.dataset
    },
    async predict(dataset, model, options = {}) {
      const { job } = await call('runs.start', {
        dataset,
        model,
        provider: 'cpu',
        batch: null,
        protocol: 'unmasked',
        filter: null,
        ...options,
      })
      return await finish(job)
    },
    async export(dataset, folder, options = {}) {
      const { job } = await call('exports.start', {
        dataset,
        filter: everything,
        format: 'imagefolder',
        place: place(path.dirname(folder)),
        name: path.basename(folder),
        media: 'copy',
        ...options,
      })
      return await finish(job)
    },
    async where(dataset, text) {
      const summary = await call('datasets.open', { dataset })
      const names: FilterVocabulary = {
        fields: summary.fields.map((field) => field.name),
        models: summary.runs.map((run) => run.model),
        tags: summary.tags.map((tag) => tag.name),
        views: summary.views.map((view) => view.name),
        findings: summary.findings.flatMap(({ rule, samples }) => (samples === null ? [] : [rule])),
        valuesOf: () => [],
      }
      return parseFilter(text, names)
    },
    async addModel(folder, name) {
      const model = await call('models.add', { source: { kind: 'place', place: place(folder) }, name: name ?? null })
      return model.name
    },
    until(name, holds) {
      return new Promise((resolve) => {
        const check = () => {
          const found = events.find((event) => event.name === name && holds(event.payload as never))
          if (found === undefined) return
          waiting.delete(check)
          resolve(found.payload as never)
        }
        waiting.add(check)
        check()
      })
    },
    async close() {
      unlisten()
      client.close()
      await engine.close()
    },
  }
}

/** A folder that outlives single tests; the returned function removes it. */
export async function makeFolder(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foible-test-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The typed failure of a call that must not succeed. */
export async function failureOf(work: Promise<unknown>): Promise<FoibleError> {
  try {
    await work
  } catch (error) {
    if (error instanceof FoibleError) return error
    throw error
  }
  throw new Error('it succeeded')
}

/** Pages of every sample, with the named columns as an object a sample. */
export async function readSamples(engine: TestEngine, dataset: string): Promise<Record<string, unknown>[]> {
  const { fields } = await engine.call('datasets.open', { dataset })
  const page = await engine.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: fields.map((field) => ({ kind: 'field', name: field.name })),
  })
  return Array.from(page.ids, (_, i) => ({
    tags: page.tags[i],
    ...Object.fromEntries(page.columns.map((column) => [column.name, column.values[i]])),
  }))
}
