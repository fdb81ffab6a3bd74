// onnxruntime with one graph in it, and its failures in words. Blocks its thread while it runs.
import { FoibleError } from '#core/errors.ts'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InferenceSession, type OnnxValue, listSupportedBackends } from 'onnxruntime-node'

export type Tensors = Readonly<Record<string, OnnxValue>>

export interface LoadedGraph {
  /** The named outputs. Throws `predictor_failed`. */
  readonly run: (feeds: Tensors, outputs: readonly string[]) => Promise<Tensors>
  /** Gives the memory back. */
  readonly close: () => Promise<void>
}

/**
 * @param name Of the model, for messages.
 * @param edit Written behind the file's bytes, in memory only; null = the file as it is.
 * Throws `usage` for a provider that the platform does not have, `model_invalid` where the runtime cannot load the graph.
 */
export async function loadSession(
  file: string,
  name: string,
  provider: string,
  threads: number,
  edit: Uint8Array | null = null,
): Promise<LoadedGraph> {
  // The runtime passes over a name that it does not know, and runs on the processor instead.
  const supported = listSupportedBackends().map((backend) => backend.name)
  if (provider !== 'cpu' && !supported.includes(provider)) {
    const reason = `onnxruntime has no provider “${provider}” on this platform, only ${supported.join(', ')}`
    throw new FoibleError('usage', `${reason}: choose one of them, or auto.`, { provider, supported, reason })
  }
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }
  const loaded = edit === null ? InferenceSession.create(file, options) : createEdited(file, edit, options)
  const session = await loaded.catch((cause: unknown) => {
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

/** Weights outside of the file are looked for where it lies. */
async function createEdited(file: string, edit: Uint8Array, options: InferenceSession.SessionOptions) {
  const extra = { session: { model_external_initializers_file_folder_path: dirname(file) } }
  return await InferenceSession.create(await readWith(file, edit), { ...options, extra })
}

/** In one allocation: models are large. */
async function readWith(file: string, edit: Uint8Array): Promise<Uint8Array> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.allocUnsafe(size + edit.length)
    for (let at = 0; at < size;) {
      const { bytesRead } = await handle.read(bytes, at, size - at, at)
      if (bytesRead === 0) throw new Error('the file became shorter while it was read')
      at += bytesRead
    }
    bytes.set(edit, size)
    return bytes
  } finally {
    await handle.close()
  }
}

function reasonOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).replace(/\s+/g, ' ').trim()
}
