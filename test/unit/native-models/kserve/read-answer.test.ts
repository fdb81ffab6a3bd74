import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { maxAnswerBytes, readAnswer } from '#models/kserve/read-answer.ts'

const wanted = { host: 'host', rows: 2, outputs: [{ name: 'scores', values: 3 }] }
const scores = Float32Array.of(0.5, -1, 2, 3, -Infinity, 5)

function binary(outputs: readonly Record<string, unknown>[], ...bytes: readonly ArrayBufferView[]) {
  const head = Buffer.from(JSON.stringify({ model_name: 'm', model_version: '7', outputs }))
  const parts = bytes.map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength))
  return { body: new Uint8Array(Buffer.concat([head, ...parts])), length: String(head.length) }
}

function output(size: number, more: Record<string, unknown> = {}) {
  return { name: 'scores', datatype: 'FP32', shape: [2, 3], parameters: { binary_data_size: size }, ...more }
}

function text(document: unknown): Uint8Array {
  return new TextEncoder().encode(typeof document === 'string' ? document : JSON.stringify(document))
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof FoibleError) return error.code
    throw error
  }
  return 'no error'
}

describe('readAnswer', () => {
  it('[KS10] takes the bytes that belong to the wanted output, wherever they lie', () => {
    const other = Float64Array.of(9, 9)
    const { body, length } = binary(
      [{ name: 'other', datatype: 'FP64', shape: [2, 1], parameters: { binary_data_size: 16 } }, output(24)],
      other,
      scores,
    )
    expect(readAnswer(body, length, wanted)).toEqual({ numbers: [scores], version: '7' })
  })

  it('[KS10] takes halves and doubles', () => {
    const halves = binary(
      [output(12, { datatype: 'FP16' })],
      Uint16Array.of(0x3800, 0xbc00, 0x4000, 0x4200, 0xfc00, 0x4500),
    )
    expect(readAnswer(halves.body, halves.length, wanted).numbers[0]).toEqual(scores)
    const doubles = binary([output(48, { datatype: 'FP64' })], Float64Array.from(scores))
    expect(readAnswer(doubles.body, doubles.length, wanted).numbers[0]).toEqual(scores)
  })

  it('[KS11] takes numbers in the JSON, in one list or in one a row', () => {
    const flat = { outputs: [{ name: 'scores', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }] }
    const rows = {
      outputs: [
        {
          ...flat.outputs[0],
          shape: [2, 3, 1, 1],
          data: [
            [1, 2, 3],
            [[4], [5], [6]],
          ],
        },
      ],
    }
    const read = { numbers: [Float32Array.of(1, 2, 3, 4, 5, 6)], version: null }
    expect(readAnswer(text(flat), null, wanted)).toEqual(read)
    expect(readAnswer(text(rows), null, wanted)).toEqual(read)
  })

  const json = (more: Record<string, unknown>) =>
    text({ outputs: [{ name: 'scores', datatype: 'FP32', shape: [2, 3], data: [1, 2, 3, 4, 5, 6], ...more }] })

  it.each([
    ['another shape', json({ shape: [3, 2] }), 'model_unsupported'],
    ['one row too many', json({ shape: [3, 3], data: [1, 2, 3, 4, 5, 6, 7, 8, 9] }), 'model_unsupported'],
    ['a shape of its own size', json({ shape: [6] }), 'model_unsupported'],
    ['fewer numbers than its shape', json({ data: [1, 2, 3] }), 'network'],
    ['texts', json({ data: ['1', '2', '3', '4', '5', '6'] }), 'model_unsupported'],
    ['nothing', json({ data: null }), 'network'],
    ['another output', json({ name: 'boxes' }), 'model_unsupported'],
    ['a negative size', json({ shape: [-2, -3] }), 'network'],
    [
      'lists without end',
      text(
        `{"outputs":[{"name":"scores","datatype":"FP32","shape":[2,3],"data":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
      ),
      'model_unsupported',
    ],
    [
      'Python’s NaN',
      text('{"outputs":[{"name":"scores","datatype":"FP32","shape":[2,3],"data":[NaN,1,1,1,1,1]}]}'),
      'network',
    ],
    [
      'an infinite number',
      text('{"outputs":[{"name":"scores","datatype":"FP32","shape":[2,3],"data":[1e999,1,1,1,1,1]}]}'),
      'predictor_failed',
    ],
    ['no outputs', text({ error: 'out of memory' }), 'network'],
    ['a list', text([]), 'network'],
    ['HTML', text('<html>'), 'network'],
    ['nothing at all', new Uint8Array(0), 'network'],
  ])('[KS12] refuses %s', (_what, body, code) => {
    expect(codeOf(() => readAnswer(body, null, wanted))).toBe(code)
  })

  it.each([
    ['more bytes than announced', binary([output(24)], scores, Uint8Array.of(0))],
    ['fewer bytes than announced', binary([output(24)], scores.subarray(1))],
    ['bytes that are no whole numbers', binary([output(23)], new Uint8Array(23))],
    ['fewer numbers than its shape', binary([output(20)], scores.subarray(1))],
    ['a JSON that is longer than all', { ...binary([output(24)], scores), length: '100000' }],
    ['a JSON of no length', { ...binary([output(24)], scores), length: 'much' }],
    ['a JSON of negative length', { ...binary([output(24)], scores), length: '-1' }],
    ['a JSON that is cut', { ...binary([output(24)], scores), length: '10' }],
  ])('[KS12] refuses %s', (_what, { body, length }) => {
    expect(codeOf(() => readAnswer(body, length, wanted))).toBe('network')
  })

  it('[KS12] refuses NaN, and types that are no scores', () => {
    const nan = binary([output(24)], Float32Array.of(1, 2, Number.NaN, 4, 5, 6))
    expect(codeOf(() => readAnswer(nan.body, nan.length, wanted))).toBe('predictor_failed')
    const whole = binary([output(24, { datatype: 'INT32' })], new Int32Array(6))
    expect(codeOf(() => readAnswer(whole.body, whole.length, wanted))).toBe('model_unsupported')
  })

  it('[KS12] refuses or reads anything, and fails on nothing', () => {
    const { body, length } = binary([output(24)], scores)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(body.length), fc.option(fc.nat(300)), (noise, at, split) => {
        const damaged = body.slice()
        damaged.set(noise.subarray(0, body.length - at), at)
        const code = codeOf(() => readAnswer(damaged, split === null ? length : String(split), wanted))
        expect(['no error', 'network', 'model_unsupported', 'predictor_failed']).toContain(code)
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})

describe('maxAnswerBytes', () => {
  it('[KS13] leaves room for doubles and for numbers as text', () => {
    const many = { rows: 64, outputs: [{ name: 'scores', values: 21_841 }] }
    const longest = JSON.stringify(Array.from({ length: 21_841 }, () => -1.2345678901234567e-100))
    expect(maxAnswerBytes(many, false)).toBeGreaterThan(64 * longest.length)
    expect(maxAnswerBytes(many, true)).toBeGreaterThan(64 * 21_841 * 8 + 10_000)
    expect(maxAnswerBytes(many, true)).toBeLessThan(2 ** 24)
  })
})
