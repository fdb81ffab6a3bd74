// A model on an inference server, as a session like that of the runtime: batches of tensors in, rows of scores out.
import { dirname } from 'node:path'
import type { Tensor } from 'onnxruntime-node'
import { createInputMaker } from '../make-input.ts'
import type { ModelSpec, ServerSpec } from '../model-spec.ts'
import type { ScoreSession, SessionOutput } from '../open-session.ts'
import { orderScores } from '../read-scores.ts'
import { askServer, changedModel, wantedOutput } from './ask-server.ts'
import { changeOf, findServerCard } from './server-card.ts'
import { type ServerClientOptions, createServerClient } from './server-client.ts'
import { fetchMetadata } from './server-metadata.ts'
import type { RequestTensor } from './write-request.ts'

/** With the waits in between it stays with a server for some two minutes: long enough to start anew. */
const attempts = 14
const requestTimeoutMs = 120_000

/**
 * @param patience How requests are repeated, for the tests.
 * Throws `model_unsupported` where the server serves another model than the one that was added; runs throw that too, after the server
 * was lost, and what requests and answers throw.
 */
export async function openServerSession(
  model: ModelSpec,
  server: ServerSpec,
  keepsEmbedding: boolean,
  patience: Partial<Pick<ServerClientOptions, 'attempts' | 'timeoutMs' | 'waitMs'>> = {},
): Promise<ScoreSession> {
  // The process that this runs in is killed where somebody cancels.
  const { signal } = new AbortController()
  const asking = { url: server.url, token: server.token ?? null, signal, attempts, timeoutMs: requestTimeoutMs }
  const found = await findServerCard(dirname(model.file))
  if (found === null) throw new Error(`no card at ${model.file}`)
  const metadataClient = createServerClient({ ...asking, ...patience })
  const assertSame = async () => {
    const change = changeOf(found.card, await fetchMetadata(metadataClient, server))
    if (change !== null) throw changedModel(model, server, change)
  }
  await assertSame()
  const client = createServerClient({ ...asking, ...patience, onReturn: assertSame })
  const makeInput = createInputMaker(model)
  const imageValues = 3 * model.width * model.height
  const scores = wantedOutput(model)
  const embedding = keepsEmbedding && model.embedding?.isEdited === false ? model.embedding : null
  const outputs = [scores, ...(embedding === null ? [] : [{ name: embedding.output, values: embedding.size }])]

  async function runKeeping(values: Float32Array, count: number): Promise<SessionOutput> {
    const rows = model.batch ?? count
    const { data } = makeInput(values.subarray(0, rows * imageValues), rows)
    const [output, embeddings] = await askServer(client, model, server, numbersOf(data), rows, outputs)
    const wanted = output!.subarray(0, count * scores.values)
    return {
      output: model.backgroundFirst === true ? orderScores(wanted, scores.values) : wanted,
      embeddings: embedding === null ? null : embeddings!.subarray(0, count * embedding.size),
    }
  }

  return {
    imageValues,
    outputValues: scores.values,
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
