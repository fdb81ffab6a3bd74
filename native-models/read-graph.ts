// One .onnx file, read once: its hash, its graph, and the files with weights outside of it. Never loads a runtime.
import { FoibleError } from '#core/errors.ts'
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { checkExternalData } from './check-external-data.ts'
import { checkRunnable } from './check-runnable.ts'
import { isServerCardName } from './kserve/server-card.ts'
import { type OnnxGraph, parseOnnx } from './parse-onnx.ts'

export interface GraphFile {
  readonly file: string
  readonly sha256: string
  /** With the weights outside of it. */
  readonly sizeBytes: number
  /** Relative to the graph's folder. */
  readonly dataFiles: readonly string[]
  readonly graph: OnnxGraph
}

/** A protobuf message cannot be larger: models beyond it keep their weights in external files. */
const maxOnnxBytes = 2 ** 31 - 1
const chunkBytes = 8 * 2 ** 20

/**
 * Throws `model_invalid`, `model_unsupported` where the runtime cannot run it, `unsafe_path` (external weights outside of the folder, or
 * called as a server's card is), `too_large`, `cancelled`.
 */
export async function readGraph(file: string, signal: AbortSignal): Promise<GraphFile> {
  const { bytes, sha256 } = await readAndHash(file, signal)
  const graph = parseOnnx(bytes, file)
  const weightBytes = await checkExternalData(file, graph.externalData)
  checkRunnable(graph)
  const dataFiles = dataFilesOf(graph)
  assertNoServerCard([file, ...dataFiles])
  return { file, sha256, sizeBytes: bytes.length + weightBytes, dataFiles, graph }
}

/** Files with weights outside of an .onnx file, relative to its folder, whether they are there or not. Throws `model_invalid`. */
export async function listDataFiles(onnx: string, signal: AbortSignal): Promise<readonly string[]> {
  const { bytes } = await readAndHash(onnx, signal)
  return dataFilesOf(parseOnnx(bytes, onnx))
}

/** In the library it would make another model of this one, one that sends images away. */
function assertNoServerCard(files: readonly string[]): void {
  const card = files.find(isServerCardName)
  if (card === undefined) return
  const message = `The model keeps its graph or weights in ${card}, the name of the file that stands for a model on a server: export it again with another name.`
  throw new FoibleError('unsafe_path', message, { file: card })
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
