// An onnxruntime session for one model on one provider: batches of tensors in, rows of scores out. Blocks its thread while it runs.
import { FoibleError } from '#core/errors.ts'
import { InferenceSession } from 'onnxruntime-node'
import { orderScores, readScores } from './read-scores.ts'
import type { ModelSpec } from './model-spec.ts'
import { createInputMaker } from './make-input.ts'

export interface ScoreSession {
  /** Values of one image in the input tensor. */
  readonly imageValues: number
  /**
   * Scores of the first `count` images of `values`, `count` x classes. Graphs of a fixed batch are fed whole batches: what `values` holds
   * behind the images is computed and thrown away.
   */
  readonly run: (values: Float32Array, count: number) => Promise<Float32Array>
}

/** Throws `model_invalid` where the runtime cannot load the model, `predictor_failed` where it breaks while running. */
export async function openSession(model: ModelSpec, provider: string, threads: number): Promise<ScoreSession> {
  const session = await InferenceSession.create(model.file, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    const reason = reasonOf(cause)
    throw new FoibleError(
      'model_invalid',
      `onnxruntime cannot load ${model.name} with the provider ${provider} (${reason}): export the model again, or choose another provider.`,
      { file: model.file, provider, reason },
      { cause },
    )
  })
  const classCount = model.classes.length
  const imageValues = 3 * model.width * model.height
  const makeInput = createInputMaker(model)

  async function run(values: Float32Array, count: number): Promise<Float32Array> {
    const batch = model.batch ?? count
    const input = makeInput(values.subarray(0, batch * imageValues), batch)
    const outputs = await session.run({ [model.input.name]: input }, [model.output.name]).catch((cause: unknown) => {
      const reason = reasonOf(cause)
      throw new FoibleError(
        'predictor_failed',
        `onnxruntime broke off while it ran ${model.name} (${reason}): try the provider cpu, or a smaller batch.`,
        { provider, reason },
        { cause },
      )
    })
    const scores = readScores(outputs[model.output.name])
    if (scores?.length !== batch * classCount) {
      throw new FoibleError(
        'model_unsupported',
        `${model.name} gave ${scores?.length ?? 0} scores for ${batch} images where ${batch} x ${classCount} are expected: check its output "${model.output.name}" and its class names.`,
        { part: 'output', found: scores?.length ?? 0, expected: batch * classCount },
      )
    }
    const wanted = scores.subarray(0, count * classCount)
    return model.backgroundFirst === true ? orderScores(wanted, classCount) : wanted
  }

  return { imageValues, run }
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim()
}
