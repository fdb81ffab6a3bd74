// onnxruntime with one graph in it, and its failures in words. Blocks its thread while it runs.
import { FoibleError } from '#core/errors.ts'
import { InferenceSession, type OnnxValue } from 'onnxruntime-node'

export type Tensors = Readonly<Record<string, OnnxValue>>

export interface LoadedGraph {
  /** The named outputs. Throws `predictor_failed`. */
  readonly run: (feeds: Tensors, outputs: readonly string[]) => Promise<Tensors>
  /** Gives the memory back. */
  readonly close: () => Promise<void>
}

/**
 * @param name Of the model, for messages.
 * Throws `model_invalid` where the runtime cannot load the graph.
 */
export async function loadSession(file: string, name: string, provider: string, threads: number): Promise<LoadedGraph> {
  const session = await InferenceSession.create(file, {
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
      `onnxruntime cannot load ${name} with the provider ${provider} (${reason}): export the model again, or choose another provider.`,
      { file, provider, reason },
      { cause },
    )
  })
  return {
    run: (feeds, outputs) =>
      session.run(feeds, outputs).catch((cause: unknown) => {
        const reason = reasonOf(cause)
        throw new FoibleError(
          'predictor_failed',
          `onnxruntime broke off while it ran ${name} (${reason}): try the provider cpu, or a smaller batch.`,
          { provider, reason },
          { cause },
        )
      }),
    close: () => session.release(),
  }
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim()
}
