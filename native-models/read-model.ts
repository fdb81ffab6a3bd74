// From the path of a model to everything Foible must know before it runs it. Never loads a runtime, reads the file once.
import { FoibleError } from '#core/errors.ts'
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { checkExternalData } from './check-external-data.ts'
import { checkRunnable } from './check-runnable.ts'
import { describeGraph } from './describe-graph.ts'
import { findModelFiles } from './find-model-files.ts'
import type { ModelSpec } from './model-spec.ts'
import { type OnnxGraph, parseOnnx } from './parse-onnx.ts'

/** A protobuf message cannot be larger: models beyond it keep their weights in external files. */
const maxOnnxBytes = 2 ** 31 - 1
const chunkBytes = 8 * 2 ** 20

/**
 * Reads a model's card.
 * @param path An .onnx file, or a folder with one (`model.onnx`, `onnx/model.onnx`, or the only one).
 * @param variant Which of a folder's graphs, by its name or path; null = the usual one.
 * @param chosen What somebody says goes before what the files say.
 * Throws `not_found`, `model_invalid`, `model_unsupported` (details name the part, what was found and what is expected),
 * `unsafe_path` (external weights outside of the folder), `too_large`, `cancelled`.
 */
export async function readModel(
  path: string,
  signal: AbortSignal,
  variant: string | null = null,
  chosen: ChosenSettings = {},
): Promise<ModelSpec> {
  const files = await findModelFiles(path, variant)
  const { bytes, sha256 } = await readAndHash(files.onnx, signal)
  const graph = parseOnnx(bytes, files.onnx)
  await checkExternalData(files.onnx, graph.externalData)
  checkRunnable(graph)

  return {
    name: files.name,
    file: files.onnx,
    sha256,
    sizeBytes: bytes.length,
    dataFiles: dataFilesOf(graph),
    ...describeGraph(files, graph, chosen),
  }
}

/** Files with weights outside of an .onnx file, relative to its folder, whether they are there or not. Throws `model_invalid`. */
export async function listDataFiles(onnx: string, signal: AbortSignal): Promise<readonly string[]> {
  const { bytes } = await readAndHash(onnx, signal)
  return dataFilesOf(parseOnnx(bytes, onnx))
}

function dataFilesOf({ externalData }: OnnxGraph): readonly string[] {
  return [...new Set(externalData.map(({ location }) => location))]
}

/** One pass over the file: its bytes, and the hash that names it. */
async function readAndHash(file: string, signal: AbortSignal): Promise<{ bytes: Uint8Array; sha256: string }> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size > maxOnnxBytes) {
      throw new FoibleError(
        'too_large',
        `${file} is larger than 2 GiB, which no ONNX file can be: export the model with external data.`,
        { file, sizeBytes: size },
      )
    }
    const bytes = Buffer.allocUnsafe(size)
    const hash = createHash('sha256')
    let length = 0
    while (length < size) {
      if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
      const { bytesRead } = await handle.read(bytes, length, Math.min(chunkBytes, size - length), length)
      if (bytesRead === 0) break
      hash.update(bytes.subarray(length, length + bytesRead))
      length += bytesRead
    }
    return { bytes: bytes.subarray(0, length), sha256: hash.digest('hex') }
  } finally {
    await handle.close()
  }
}
