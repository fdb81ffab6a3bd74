// One command's session: an engine of its own, called through the contract like any other shell does.
import { stat } from 'node:fs/promises'
import { type CallOptions, type RpcClient, connectRpc, serveRpc } from '#contract/rpc.ts'
import { createChannelPair } from '#contract/channel-pair.ts'
import type { Progress } from '#contract/contract.ts'
import type { Job } from '#contract/jobs.ts'
import type { DatasetSummary } from '#contract/library.ts'
import type { ImportSource } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import { type FilterExpr, type FilterVocabulary, everything } from '#core/filter/expr.ts'
import { parseFilter } from '#core/filter/parse.ts'
import { type Engine, createEngine } from '#engine/create-engine.ts'
import type { CliIo, GlobalOptions } from './cli-io.ts'
import { ProgressLine } from './progress-line.ts'

export interface Session {
  readonly engine: Engine
  readonly client: RpcClient
  readonly io: CliIo
  readonly json: boolean
  /** Waits for a job, drawing its progress; Ctrl+C cancels it. */
  readonly finish: (job: Job) => Promise<Job>
  /** Draws the progress of a call; it is cleared with the next one. */
  readonly watch: (title: string, unit: string) => (progress: Progress) => void
  /** Prints the document with --json, else what `text` makes of it. */
  readonly print: <T>(document: T, text: (document: T) => string) => void
}

export async function withSession<T>(
  io: CliIo,
  globals: GlobalOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const engine = createEngine({
    background: false,
    ...(globals.library === undefined ? {} : { library: globals.library }),
  })
  const [near, far] = createChannelPair()
  const server = serveRpc(far, engine.handlers, (error, call) => engine.logBug(error, call))
  const client = connectRpc(near)
  const unlisten = engine.events.listen((name, payload) => server.emit(name, payload))
  const progress = new ProgressLine(io, globals.quiet === true)
  client.on('job.changed', ({ job }) => progress.show(job))
  try {
    return await work({
      engine,
      client: withSignal(client, io.signal),
      io,
      json: globals.json === true,
      finish: async (job) => {
        const ended = await engine.jobs.wait(job.id, io.signal)
        progress.end(ended)
        return ended
      },
      watch: (title, unit) => (told) => progress.draw({ title, unit, rate: null, remainingMs: null, ...told }),
      print: (document, text) => io.out(globals.json === true ? JSON.stringify(document) : text(document)),
    })
  } finally {
    progress.clear()
    unlisten()
    client.close()
    await engine.close()
  }
}

function withSignal(client: RpcClient, signal: AbortSignal): RpcClient {
  return {
    ...client,
    call: (name, input, options: CallOptions = {}) => client.call(name, input, { signal, ...options }),
  }
}

/** A SOURCE argument: `hf:owner/name`, a folder or file that is there, or `owner/name`. */
export async function findSource(session: Session, source: string, revision: string | null): Promise<ImportSource> {
  if (source.startsWith('hf:')) return { kind: 'hub', repo: source.slice(3), revision }
  const isThere = await stat(source).then(
    () => true,
    () => false,
  )
  if (isThere) return { kind: 'place', place: session.engine.places.register(source) }
  if (/^[\w-][\w.-]*\/[\w.-]+$/.test(source)) return { kind: 'hub', repo: source, revision }
  throw new FoibleError('not_found', `There is no file or folder “${source}”. A Hub id looks like owner/name.`, {
    source,
  })
}

/** A --where text against the names of the dataset. */
export function parseWhere(summary: DatasetSummary, where: string | undefined): FilterExpr {
  return where === undefined ? everything : parseFilter(where, vocabularyOf(summary))
}

export function vocabularyOf(summary: DatasetSummary): FilterVocabulary {
  return {
    fields: summary.fields.map((field) => field.name),
    models: summary.runs.map((run) => run.model),
    tags: summary.tags.map((tag) => tag.name),
    views: summary.views.map((view) => view.name),
    findings: summary.findings.flatMap(({ rule, samples }) => (samples === null ? [] : [rule])),
    valuesOf: () => [],
  }
}
