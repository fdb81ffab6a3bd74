// The parts of a graph's path: where it lies, which model it is, and in which precision.

/** From what is taken first to what is taken last. */
const precisions = ['fp32', 'fp16', 'bf16', 'int8', 'uint8', 'quantized', 'q8', 'q4f16', 'q4', 'bnb4'] as const

export interface GraphName {
  /** With a slash at its end; empty at the root. */
  readonly folder: string
  /** Without precision and `.onnx`. */
  readonly base: string
  /** `fp32` where the name says nothing. */
  readonly precision: string
  /** Place among the precisions: -1 where the name says nothing. */
  readonly rank: number
}

/** `onnx/model_q4f16.onnx` is `model` in `q4f16`, wherever it lies. */
export function splitName(path: string): GraphName {
  const start = path.lastIndexOf('/') + 1
  const stem = path.slice(start, -'.onnx'.length)
  const precision = precisions.find((name) => new RegExp(`[._-]${name}$`, 'i').test(stem))
  const base = precision === undefined ? stem : stem.slice(0, -precision.length - 1)
  const rank = precisions.indexOf(precision ?? 'fp32')
  return { folder: path.slice(0, start), base, precision: precision ?? 'fp32', rank }
}
