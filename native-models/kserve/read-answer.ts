// From the body of an inference response to rows of numbers. Trusts nothing that it says of itself. Pure.
import { FoibleError } from '#core/errors.ts'
import { z } from 'zod'
import { halfToFloat } from '../half-floats.ts'

/** Lists within lists of one output's numbers: as many as a shape has dimensions. */
const maxNesting = 4

const outputShape = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.number().int().min(0)).max(16),
  parameters: z.object({ binary_data_size: z.number().int().min(0).optional() }).nullish(),
  data: z.array(z.unknown()).nullish(),
})
const answerShape = z.object({
  model_version: z.string().nullish(),
  outputs: z.array(outputShape).max(1000),
})
type Output = z.infer<typeof outputShape>

export interface WantedOutput {
  readonly name: string
  /** Numbers of one image. */
  readonly values: number
}

export interface WantedAnswer {
  /** For messages. */
  readonly host: string
  readonly rows: number
  readonly outputs: readonly WantedOutput[]
}

export interface ServerNumbers {
  /** Those of each wanted output, rows x values. */
  readonly numbers: readonly Float32Array[]
  /** Which version answered; null where the server does not say. */
  readonly version: string | null
}

/** More bytes than an honest answer has. */
export function maxAnswerBytes({ rows, outputs }: Omit<WantedAnswer, 'host'>, isBinary: boolean): number {
  const bytesOfNumber = isBinary ? Float64Array.BYTES_PER_ELEMENT : 40
  return outputs.reduce((sum, { values }) => sum + values, 0) * rows * bytesOfNumber + 2 ** 20
}

/**
 * @param jsonLength The header `Inference-Header-Content-Length`; null = all of it is JSON.
 * Throws `network` for what is no answer of the protocol, `model_unsupported` for outputs of another shape or type, `predictor_failed` for
 * numbers that are none.
 */
export function readAnswer(bytes: Uint8Array, jsonLength: string | null, wanted: WantedAnswer): ServerNumbers {
  const { host } = wanted
  const split = jsonLength === null ? bytes.length : Number(jsonLength)
  if (!Number.isSafeInteger(split) || split < 0 || split > bytes.length) {
    throw nonsense(host, `its JSON would have ${jsonLength} of ${bytes.length} bytes`)
  }
  const answer = answerShape.safeParse(parseJson(bytes.subarray(0, split), host))
  if (!answer.success) {
    const [issue] = answer.error.issues
    throw nonsense(host, `“${issue?.path.join('.') ?? ''}” is not what it should be`)
  }
  const { outputs, model_version } = answer.data
  const given = placeBytes(outputs, bytes.subarray(split), host)
  const numbers = wanted.outputs.map(({ name, values }) => {
    const found = given.find(({ output }) => output.name === name)
    if (found === undefined) {
      const names = outputs.map((output) => output.name).join(', ') || 'none'
      throw unsupported(host, name, `the outputs ${names}`, `the output ${name}`)
    }
    return readOutput(found, { host, rows: wanted.rows, values })
  })
  return { numbers, version: model_version ?? null }
}

interface GivenOutput {
  readonly output: Output
  /** null where its numbers are in the JSON. */
  readonly bytes: Uint8Array | null
}

/** Bytes lie behind the JSON in the order of the outputs, and nothing else does. */
function placeBytes(outputs: readonly Output[], behind: Uint8Array, host: string): GivenOutput[] {
  let next = 0
  const given = outputs.map((output) => {
    const size = output.parameters?.binary_data_size
    if (size === undefined) return { output, bytes: null }
    const from = next
    next += size
    return { output, bytes: behind.subarray(from, next) }
  })
  if (next === behind.length) return given
  throw nonsense(host, `${behind.length} bytes behind its JSON where it announces ${next}`)
}

interface Expected {
  readonly host: string
  readonly rows: number
  readonly values: number
}

function readOutput({ output, bytes }: GivenOutput, { host, rows, values }: Expected): Float32Array {
  const { name, shape, datatype } = output
  const count = shape.reduce((product, dim) => product * dim, 1)
  if (shape[0] !== rows || count !== rows * values) {
    throw unsupported(host, name, `numbers of the shape [${shape.join(', ')}]`, `[${rows}, ${values}]`)
  }
  const numbers = bytes === null ? readNumbers(output, host) : readBytes(datatype, bytes, output, host)
  if (numbers.length !== count) throw nonsense(host, `${numbers.length} numbers where its shape says ${count}`)
  // A class may be ruled out by minus infinity; nothing else that is no number means anything.
  if (numbers.every((number) => number < Infinity)) return numbers
  const message = `${host} answered with scores that are no numbers: see the server’s log, and whether the model was made smaller than it bears.`
  throw new FoibleError('predictor_failed', message, { host, output: name, found: 'NaN' })
}

function readBytes(type: string, bytes: Uint8Array, { name }: Output, host: string): Float32Array {
  // Copied, so that the numbers lie where their size allows it.
  const { buffer } = new Uint8Array(bytes)
  const whole = (size: number) => {
    if (bytes.length % size !== 0) throw nonsense(host, `${bytes.length} bytes of ${type}`)
    return buffer
  }
  switch (type) {
    case 'FP32':
      return new Float32Array(whole(Float32Array.BYTES_PER_ELEMENT))
    case 'FP64':
      return Float32Array.from(new Float64Array(whole(Float64Array.BYTES_PER_ELEMENT)))
    case 'FP16':
      return Float32Array.from(new Uint16Array(whole(Uint16Array.BYTES_PER_ELEMENT)), halfToFloat)
    default:
      throw unsupported(host, name, `numbers of the type ${type}`, 'FP32, FP16 or FP64')
  }
}

/** Row by row, in one list or in one list a row. */
function readNumbers({ name, data }: Output, host: string): Float32Array {
  const numbers = (data ?? []).flat(maxNesting)
  if (numbers.every((number) => typeof number === 'number')) return Float32Array.from(numbers)
  throw unsupported(host, name, 'something that is no number', 'a number a class')
}

function parseJson(bytes: Uint8Array, host: string): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw nonsense(host, 'its JSON cannot be read', cause)
  }
}

function nonsense(host: string, found: string, cause?: unknown): FoibleError {
  const message = `${host} gave an answer that makes no sense (${found}): see whether it follows the Open Inference Protocol (KServe v2).`
  return new FoibleError('network', message, { host, found }, { cause })
}

function unsupported(host: string, output: string, found: string, expected: string): FoibleError {
  return new FoibleError(
    'model_unsupported',
    `${host} answered with ${found} where ${expected} is expected: add the model again if it has changed.`,
    { part: 'output', output, found, expected },
  )
}
