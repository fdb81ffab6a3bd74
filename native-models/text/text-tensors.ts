// From token ids to the tensors that a text encoder takes.
import { Tensor } from 'onnxruntime-node'
import type { Tensors } from '../load-session.ts'
import type { TextEncoderSpec } from '../model-spec.ts'

type TextInputs = Pick<TextEncoderSpec, 'ids' | 'mask' | 'padId' | 'padsToMax' | 'maxTokens'>

/**
 * Ids filled up with padding, and the mask where the graph takes one: all of the graph's own length where that is fixed, else as the
 * model was trained.
 * @param rows At least one, each of at most `maxTokens` ids.
 */
export function textTensors(spec: TextInputs, rows: readonly (readonly number[])[]): Tensors {
  const longest = rows.reduce((most, row) => Math.max(most, row.length), 1)
  const tokens = spec.ids.shape[1] ?? (spec.padsToMax ? spec.maxTokens : longest)
  const count = spec.ids.shape[0] ?? rows.length
  const ids = new Array<number>(count * tokens).fill(spec.padId)
  const mask = new Array<number>(count * tokens).fill(0)
  for (let row = 0; row < count; row++) {
    // Graphs of a fixed batch get the last text again and again.
    const text = rows[Math.min(row, rows.length - 1)] ?? []
    for (const [place, id] of text.entries()) {
      ids[row * tokens + place] = id
      mask[row * tokens + place] = 1
    }
  }
  const shape = [count, tokens]
  return {
    [spec.ids.name]: integers(spec.ids.type, ids, shape),
    ...(spec.mask === null ? {} : { [spec.mask.name]: integers(spec.mask.type, mask, shape) }),
  }
}

/** Any text at all, for a graph that wants one beside the image. */
export function blankTexts(spec: TextInputs): Tensors {
  return textTensors(spec, [[spec.padId]])
}

function integers(type: string, values: readonly number[], shape: readonly number[]): Tensor {
  return type === 'int32'
    ? new Tensor('int32', Int32Array.from(values), shape)
    : new Tensor('int64', BigInt64Array.from(values, BigInt), shape)
}
