// What values a graph expects in its pixels, told from the first thing it does to them. Pure.
import type { GraphNode, OnnxGraph } from './parse-onnx.ts'

/** `bytes`: 0 to 255; `unit`: 0 to 1. */
export type InputRange = 'bytes' | 'unit'

const passThrough = new Set(['Cast', 'Identity', 'Transpose', 'Reshape', 'Squeeze', 'Unsqueeze', 'Resize', 'Pad'])

/** Means and deviations of pixels in 0..1 are at most 1, those of pixels in 0..255 above this; between the two nothing is certain. */
const leastOfBytes = 16
/** More than any model has before its normalisation. */
const maxSteps = 16

/**
 * Models that normalise inside of themselves begin with it: pixels less a mean, over a deviation, or times a factor. Null where the
 * graph begins with anything else, which says nothing.
 */
export function readInputRange(graph: OnnxGraph, input: string): InputRange | null {
  let value = input
  for (let steps = 0; steps < maxSteps; steps++) {
    const users = graph.nodes.filter((node) => node.inputs.includes(value))
    const [user, ...others] = users
    const next = user?.outputs[0]
    if (user === undefined || others.length > 0 || user.domain !== '' || next === undefined) return null
    if (!passThrough.has(user.opType)) return rangeOf(user, value, graph)
    value = next
  }
  return null
}

function rangeOf(node: GraphNode, pixels: string, graph: OnnxGraph): InputRange | null {
  const other = node.inputs.find((name) => name !== pixels)
  const values = other === undefined ? undefined : graph.constants.get(other)
  if (values === undefined) return null
  const greatest = Math.max(...values.map(Math.abs))
  if (!(greatest > 0 && Number.isFinite(greatest))) return null
  switch (node.opType) {
    case 'Sub':
      return rangeOfMagnitude(greatest)
    case 'Add':
      return values.every((number) => number <= 0) ? rangeOfMagnitude(greatest) : null
    case 'Div':
      return node.inputs[0] === pixels ? rangeOfMagnitude(greatest) : null
    case 'Mul':
      return rangeOfMagnitude(1 / greatest)
    default:
      return null
  }
}

function rangeOfMagnitude(greatest: number): InputRange | null {
  if (greatest > leastOfBytes) return 'bytes'
  return greatest <= 1 ? 'unit' : null
}
