// Where a decoded .onnx file keeps weights outside of itself, however deep in it: initializers, attributes, branches, functions. Pure.
import { z } from 'zod'
import { entryShape } from './onnx-shape.ts'

export interface ExternalData {
  readonly location: string
  /** NaN where the file does not give a number. */
  readonly offset: number
  /** null = to the end of the file. */
  readonly length: number | null
}

const externalTensor = z.object({ dataLocation: z.literal(1), externalData: z.array(entryShape).default([]) })

/** Every tensor of external data, wherever it is in the decoded message. */
export function listExternalData(decoded: unknown): readonly ExternalData[] {
  const found: ExternalData[] = []
  // Messages nest at most as deep as the decoder went, which has a limit of its own.
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
      if ('dataLocation' in value) {
        const tensor = externalTensor.safeParse(value)
        if (tensor.success) found.push(readEntries(tensor.data.externalData))
      } else Object.values(value).forEach(visit)
    }
  }
  visit(decoded)
  return found
}

function readEntries(entries: readonly z.infer<typeof entryShape>[]): ExternalData {
  const values = new Map(entries.map(({ key, value }) => [key, value]))
  const length = values.get('length')
  return {
    location: values.get('location') ?? '',
    offset: Number(values.get('offset') ?? 0),
    length: length === undefined ? null : Number(length),
  }
}
