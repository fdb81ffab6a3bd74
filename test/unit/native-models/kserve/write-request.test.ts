import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { floatToHalf } from '#models/half-floats.ts'
import { planServerBatch } from '#models/kserve/plan-server-batch.ts'
import { type RequestTensor, writeRequest } from '#models/kserve/write-request.ts'

function headOf(request: ReturnType<typeof writeRequest>) {
  const length = Number(request.headers['inference-header-content-length'])
  const body = request.body as Uint8Array
  return { head: JSON.parse(new TextDecoder().decode(body.subarray(0, length))), bytes: body.slice(length) }
}

describe('writeRequest', () => {
  it('[KS14] puts the bytes of any tensor behind the JSON as they are', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1, maxLength: 40 }), fc.string({ minLength: 1 }), (data, name) => {
        const tensor: RequestTensor = { name, type: 'float32', shape: [1, data.length], data }
        const { head, bytes } = headOf(writeRequest(tensor, ['a', 'b'], true))
        expect(head).toEqual({
          inputs: [
            { name, shape: [1, data.length], datatype: 'FP32', parameters: { binary_data_size: data.byteLength } },
          ],
          outputs: [
            { name: 'a', parameters: { binary_data: true } },
            { name: 'b', parameters: { binary_data: true } },
          ],
        })
        expect(new Uint8Array(bytes)).toEqual(new Uint8Array(data.slice().buffer))
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  it('[KS15] writes numbers that come back as the same ones', () => {
    const finite = fc.float32Array({ minLength: 1, maxLength: 40, noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(finite, fc.string({ minLength: 1 }), (data, name) => {
        const tensor: RequestTensor = { name, type: 'float32', shape: [1, data.length], data }
        const { body } = writeRequest(tensor, ['"data":"@"'], false)
        const read = JSON.parse(body as string) as { readonly inputs: readonly { readonly data: number[] }[] }
        expect(read).toMatchObject({ inputs: [{ name, datatype: 'FP32' }], outputs: [{ name: '"data":"@"' }] })
        // JSON has no negative zero.
        expect(Float32Array.from(read.inputs[0]!.data)).toEqual(data.map((value) => value + 0))
      }),
      { seed: 5, numRuns: 200 },
    )
  })

  it('[KS15] writes halves as the numbers that they are', () => {
    const data = Uint16Array.of(floatToHalf(0.5), floatToHalf(-2))
    const { body } = writeRequest({ name: 'x', type: 'float16', shape: [1, 2], data }, ['y'], false)
    expect(JSON.parse(body as string)).toMatchObject({ inputs: [{ datatype: 'FP16', data: [0.5, -2] }] })
  })
})

describe('planServerBatch', () => {
  const server = {
    url: 'https://h',
    model: 'm',
    version: null,
    versions: [],
    platform: '',
    isBinary: true,
    maxBatch: null,
  }

  it('[KS16] never asks for more than the server takes', () => {
    expect(planServerBatch({ ...server, maxBatch: 4 }, 64)).toBe(4)
    expect(planServerBatch({ ...server, maxBatch: 4 }, null)).toBe(4)
    expect(planServerBatch(server, 64)).toBe(64)
    expect(planServerBatch({ ...server, isBinary: false }, null)).toBeLessThan(planServerBatch(server, null))
  })
})
