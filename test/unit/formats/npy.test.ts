import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { readLogits } from '#formats/fiftyone-logits.ts'
import { inflateNpy, parseNpy } from '#formats/npy.ts'

function npy(descr: string, shape: string, data: Uint8Array, { version = 1, fortran = 'False' } = {}): Uint8Array {
  const header = Buffer.from(`{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }\n`)
  const length = Buffer.alloc(version === 1 ? 2 : 4)
  if (version === 1) length.writeUInt16LE(header.length)
  else length.writeUInt32LE(header.length)
  return Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), Buffer.from([version, 0]), length, header, data])
}

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
const doubles = bytesOf(Float64Array.of(1, 2, 3, 4, 5, 6))

describe('arrays of NumPy', () => {
  it.each([
    ['<f8', bytesOf(Float64Array.of(1.5, -2)), [1.5, -2]],
    ['<f4', bytesOf(Float32Array.of(1.5, -2)), [1.5, -2]],
    ['<f2', bytesOf(Uint16Array.of(0x3e00, 0xc000)), [1.5, -2]],
    ['<f2', bytesOf(Uint16Array.of(0x0001, 0x7c00)), [2 ** -24, Infinity]],
    ['<i8', bytesOf(BigInt64Array.of(-5n, 7n)), [-5, 7]],
    ['<u4', bytesOf(Uint32Array.of(4294967295, 0)), [4294967295, 0]],
    ['>i2', Uint8Array.of(0xff, 0xfe, 0, 1), [-2, 1]],
    ['|b1', Uint8Array.of(1, 0), [1, 0]],
  ])('[FO10] hold numbers and truth values: %s', (descr, data, values) => {
    for (const version of [1, 2, 3])
      expect(parseNpy(npy(descr, '2,', data, { version }), 'x')).toEqual({
        shape: [2],
        values: Float64Array.from(values),
      })
  })

  it('[FO11] come out row by row, also where they are stored column by column', () => {
    expect([...parseNpy(npy('<f8', '2, 3', doubles), 'x').values]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...parseNpy(npy('<f8', '2, 3', doubles, { fortran: 'True' }), 'x').values]).toEqual([1, 3, 5, 2, 4, 6])
    expect(parseNpy(npy('<f8', '', doubles.subarray(0, 8)), 'x')).toEqual({ shape: [], values: Float64Array.of(1) })
  })

  it('[FO12] that are damaged, of objects, or larger than they may be are refused as such', () => {
    const refuse = (bytes: Uint8Array, code: string) =>
      expect(() => inflateNpy(deflateSync(bytes), 'x')).toThrow(expect.objectContaining({ code }))
    refuse(npy('|O', '2,', doubles), 'broken_file')
    refuse(npy('<f8', '7,', doubles), 'broken_file')
    refuse(npy('<f8', '999999999999999999999, 999999999999999999999', doubles), 'broken_file')
    refuse(npy('<c16', '1,', doubles), 'broken_file')
    refuse(new Uint8Array(65 << 20), 'too_large')
    expect(() => inflateNpy(doubles, 'x')).toThrow(expect.objectContaining({ code: 'broken_file' }))
  })

  it('[FO12] never fail but as broken files, whatever their bytes', () => {
    const good = npy('<f4', '2, 3', bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6)))
    fc.assert(
      fc.property(fc.nat(good.length), fc.nat(255), fc.nat(good.length), (at, byte, cut) => {
        const bytes = Uint8Array.from(good)
        bytes[at] = byte
        try {
          parseNpy(bytes.subarray(0, cut), 'x')
        } catch (error) {
          expect(error).toBeInstanceOf(FoibleError)
        }
      }),
      { seed: 11, numRuns: 2000 },
    )
  })
})

describe('logits', () => {
  const binary = (values: readonly number[]) => ({
    $binary: {
      base64: deflateSync(npy('<f8', `${values.length},`, bytesOf(Float64Array.from(values)))).toString('base64'),
      subType: '00',
    },
  })
  const classes = ['cat', 'dog', 'bird']

  it('[FO13] become the best classes with their probabilities', () => {
    const read = readLogits(binary([Math.log(1), Math.log(7), Math.log(2)]), classes, 'dog', 0.7)
    expect(read?.classes).toEqual(['dog', 'bird', 'cat'])
    expect(read?.probabilities.map((value) => value?.toFixed(6))).toEqual(['0.700000', '0.200000', '0.100000'])
    expect(readLogits(binary([0.25, 0.75, 0]), classes, 'dog', null)?.probabilities).toEqual([0.75, 0.25, 0])
  })

  it('[FO14] that do not say what the label says are left alone', () => {
    expect(readLogits(binary([1, 2, 3]), classes, 'cat', null)).toBeNull()
    expect(readLogits(binary([0.25, 0.75, 0]), classes, 'dog', 0.9)).toBeNull()
    expect(readLogits(binary([1, 2]), classes, 'dog', null)).toBeNull()
    expect(readLogits(binary([1, NaN, 0]), classes, 'cat', null)).toBeNull()
    expect(readLogits({ $binary: 'AAAA', $type: '00' }, classes, 'cat', null)).toBeNull()
    expect(readLogits(binary([1, 2, 3]), null, 'bird', null)).toBeNull()
  })
})
