// A model on an inference server, as a session like that of the runtime: batches of tensors in, rows of scores out.
import { FoibleError } from '#core/errors.ts'
import { formatServerAddress } from '#core/models/server-address.ts'
import { dirname } from 'node:path'
import type { Tensor } from 'onnxruntime-node'
import { createInputMaker } from '../make-input.ts'
import type { ModelSpec, ServerSpec } from '../model-spec.ts'
import type { ScoreSession, SessionOutput } from '../open-session.ts'
import { orderScores } from '../read-scores.ts'
import { maxAnswerBytes, readAnswer } from './read-answer.ts'
import { type ServerCard, changeOf, findServerCard } from './server-card.ts'
import { type ServerClientOptions, createServerClient } from './server-client.ts'
import { type ServerMetadata, fetchMetadata, modelPath } from './server-metadata.ts'
import { type RequestTensor, writeRequest } from './write-request.ts'

/** With the waits in between it stays with a server for some two minutes: long enough to start anew. */
const attempts = 14
const requestTimeoutMs = 120_000

/**
 * @param faults How requests are repeated, for the tests.
 * Throws `model_unsupported` where the server serves another model than the one that was added; `run` throws that too, after the server
 * was lost, and what requests and answers throw.
 */
export async function openServerSession(
  model: ModelSpec,
  server: ServerSpec,
  keepsEmbedding: boolean,
  faults: Partial<Pick<ServerClientOptions, 'attempts' | 'timeoutMs' | 'waitMs'>> = {},
): Promise<ScoreSession> {
  const options = { attempts, timeoutMs: requestTimeoutMs, url: server.url, token: server.token ?? null, ...faults }
  // The process that this runs in is killed where somebody cancels.
  const { signal } = new AbortController()
  const plain = createServerClient({ ...options, signal })
  const found = await findServerCard(dirname(model.file))
  if (found === null) throw new Error(`no card at ${model.file}`)
  const verify = async () => assertSame(model, server, found.card, await fetchMetadata(plain, server))
  const client = createServerClient({ ...options, signal, onReturn: verify })
  await verify()
  const host = new URL(server.url).host
  const makeInput = createInputMaker(model)
  const imageValues = 3 * model.width * model.height
  const outputValues = model.outputKind === 'embedding' ? (model.embedding?.size ?? 0) : model.classes.length
  const embedding = keepsEmbedding && model.embedding?.isEdited === false ? model.embedding : null
  const outputs = [
    { name: model.output.name, values: outputValues },
    ...(embedding === null ? [] : [{ name: embedding.output, values: embedding.size }]),
  ]

  async function runKeeping(values: Float32Array, count: number): Promise<SessionOutput> {
    const rows = model.batch ?? count
    const { data, dims } = makeInput(values.subarray(0, rows * imageValues), rows)
    const tensor = { name: model.input.name, type: model.input.type, shape: dims, data: numbersOf(data) }
    const request = writeRequest(
      tensor,
      outputs.map(({ name }) => name),
      server.isBinary,
    )
    const path = `${modelPath(server)}/infer`
    const answer = await client.post(
      path,
      request.headers,
      request.body,
      maxAnswerBytes({ rows, outputs }, server.isBinary),
    )
    const jsonLength = answer.headers.get('inference-header-content-length')
    const { version, numbers } = readAnswer(answer.bytes, jsonLength, { host, rows, outputs })
    if (version !== null && server.versions.length > 0 && !server.versions.includes(version)) {
      throw changed(model, server, `version ${version} answered, and ${server.versions.join(', ')} was added`)
    }
    const wanted = numbers[0]!.subarray(0, count * outputValues)
    return {
      output: model.backgroundFirst === true ? orderScores(wanted, outputValues) : wanted,
      embeddings: embedding === null ? null : numbers[1]!.subarray(0, count * embedding.size),
    }
  }

  return {
    imageValues,
    outputValues,
    runKeeping,
    run: async (values, count) => (await runKeeping(values, count)).output,
    // Connections end with the process; the server keeps nothing of them.
    close: () => Promise.resolve(),
  }
}

/** float16 as its bits, see `createInputMaker`. */
function numbersOf(data: Tensor['data']): RequestTensor['data'] {
  if (data instanceof Float32Array || data instanceof Uint16Array || data instanceof Uint8Array) return data
  throw new Error('an input tensor of a type that no model has')
}

function assertSame(model: ModelSpec, server: ServerSpec, card: ServerCard, now: ServerMetadata): void {
  const change = changeOf(card, now)
  if (change !== null) throw changed(model, server, change)
}

function changed(model: ModelSpec, server: ServerSpec, change: string): FoibleError {
  return new FoibleError(
    'model_unsupported',
    `${formatServerAddress(server)} is no longer the model that was added as ${model.name}: ${change}. Add it again under another name, so that figures of two models are not mixed.`,
    { part: 'server', url: server.url, model: server.model, change },
  )
}
