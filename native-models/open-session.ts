// An onnxruntime session for one model on one provider: batches of tensors in, rows of scores out. Blocks its thread while it runs.
import { FoibleError } from '#core/errors.ts'
import { encodeExposure } from './expose-embedding.ts'
import { openServerSession } from './kserve/open-server-session.ts'
import { type Tensors, loadSession } from './load-session.ts'
import { createInputMaker } from './make-input.ts'
import type { EmbeddingSpec, ModelSpec } from './model-spec.ts'
import { orderScores, readScores } from './read-scores.ts'
import { blankTexts } from './text/text-tensors.ts'

export interface ScoreSession {
  /** Values of one image in the input tensor. */
  readonly imageValues: number
  /** Values of one image in the output: a score a class, or an embedding. */
  readonly outputValues: number
  /**
   * Output of the first `count` images of `values`, `count` x `outputValues`. Graphs of a fixed batch are fed whole batches: what `values`
   * holds behind the images is computed and thrown away.
   */
  readonly run: (values: Float32Array, count: number) => Promise<Float32Array>
  /** The same with the embeddings, `count` x the model's embedding size; null unless the session was opened to keep them. */
  readonly runKeeping: (values: Float32Array, count: number) => Promise<SessionOutput>
  /** Gives the memory back. */
  readonly close: () => Promise<void>
}

export interface SessionOutput {
  readonly output: Float32Array
  readonly embeddings: Float32Array | null
}

/**
 * @param keepsEmbedding The embedding is an output too, see `EmbeddingSpec`.
 * Throws `model_invalid` where the runtime cannot load the model, `predictor_failed` where it breaks while running.
 */
export async function openSession(
  model: ModelSpec,
  provider: string,
  threads: number,
  keepsEmbedding = false,
): Promise<ScoreSession> {
  if (model.server !== undefined) return await openServerSession(model, model.server, keepsEmbedding)
  const embedding = keepsEmbedding ? model.embedding : null
  const edit = embedding?.isEdited === true ? encodeExposure(embedding) : null
  const session = await loadSession(model.file, model.name, provider, threads, edit)
  const names = [...new Set([model.output.name, ...(embedding === null ? [] : [embedding.output])])]
  const outputValues = outputSize(model)
  const imageValues = 3 * model.width * model.height
  const makeInput = createInputMaker(model)
  // A graph with both halves of a dual encoder wants some text, whatever it is.
  const texts = model.text?.file === model.file ? blankTexts(model.text) : {}

  async function runKeeping(values: Float32Array, count: number): Promise<SessionOutput> {
    const batch = model.batch ?? count
    const input = makeInput(values.subarray(0, batch * imageValues), batch)
    const outputs = await session.run({ ...texts, [model.input.name]: input }, names)
    const scores = readScores(outputs[model.output.name])
    if (scores?.length !== batch * outputValues) {
      throw new FoibleError(
        'model_unsupported',
        `${model.name} gave ${scores?.length ?? 0} scores for ${batch} images where ${batch} x ${outputValues} are expected: check its output "${model.output.name}" and its class names.`,
        { part: 'output', found: scores?.length ?? 0, expected: batch * outputValues },
      )
    }
    const wanted = scores.subarray(0, count * outputValues)
    return {
      output: model.backgroundFirst === true ? orderScores(wanted, outputValues) : wanted,
      embeddings: embedding === null ? null : readEmbeddings(outputs, model.name, embedding, batch, count),
    }
  }

  return {
    imageValues,
    outputValues,
    run: async (values, count) => (await runKeeping(values, count)).output,
    runKeeping,
    close: session.close,
  }
}

function readEmbeddings(
  outputs: Tensors,
  model: string,
  { output, size }: EmbeddingSpec,
  batch: number,
  count: number,
): Float32Array {
  const values = readScores(outputs[output])
  if (values?.length === batch * size) return values.subarray(0, count * size)
  throw new FoibleError(
    'model_unsupported',
    `${model} gave ${values?.length ?? 0} numbers for the embeddings of ${batch} images where ${batch} x ${size} are expected: predict without keeping them.`,
    { part: 'embedding', found: values?.length ?? 0, expected: batch * size },
  )
}

function outputSize({ outputKind, embedding, classes }: ModelSpec): number {
  return outputKind === 'embedding' ? (embedding?.size ?? 0) : classes.length
}
