import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packPlanes, unpackPlanes as unpackInto } from '#store/byte-planes.ts'

const most = 100_000

function unpackPlanes(packed: Uint8Array, size: number, mostElements: number): Uint8Array | null {
  const target = new Uint8Array(mostElements * size)
  const elements = unpackInto(packed, size, target)
  return elements === null ? null : target.subarray(0, elements * size)
}

function bytesOf(array: Uint8Array | Uint16Array | Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

/** Exponents that repeat over digits that do not, as in probabilities. */
function probabilities(count: number): Float32Array {
  let state = 9
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  })
}

describe('numbers in planes of bytes', () => {
  it('[PQ11] come back bit for bit, whatever NaN they are', () => {
    const sizes = fc.constantFrom(1, 2, 4, 8)
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(fc.constantFrom(0, 0, 0, 255, 127, 192), { maxLength: 4000 }).map((bytes) => Uint8Array.from(bytes)),
    )
    fc.assert(
      fc.property(anyBytes, sizes, (drawn, size) => {
        const bytes = drawn.slice(0, drawn.length - (drawn.length % size))
        const packed = packPlanes(bytes, size)
        if (packed === null) return
        expect(packed.length).toBeLessThan(bytes.length)
        expect(unpackPlanes(packed, size, most)).toEqual(bytes)
      }),
      { numRuns: 500, seed: 6 },
    )
    for (const array of [
      probabilities(65_536),
      new Float32Array(65_536).fill(NaN),
      new Float64Array(300).fill(0.1),
      Uint16Array.from({ length: 5000 }, (_, i) => (i * 37) % 1000),
      Float32Array.from({ length: 999 }, (_, i) => (i % 7 === 0 ? -0 : i % 21)),
    ]) {
      const packed = packPlanes(bytesOf(array), array.BYTES_PER_ELEMENT)!
      expect(packed.length).toBeLessThan(array.byteLength * 0.9)
      expect(unpackPlanes(packed, array.BYTES_PER_ELEMENT, most)).toEqual(bytesOf(array))
    }
  })

  it('[PQ12] are left as they are where planes are no smaller', () => {
    let state = 1
    const noise = Uint8Array.from(
      { length: 4096 },
      () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 13,
    )
    expect(packPlanes(noise, 4)).toBeNull()
    expect(packPlanes(new Uint8Array(0), 4)).toBeNull()
    expect(packPlanes(bytesOf(Float32Array.of(1)), 4)).toBeNull()
  })

  it('[PQ13] that are damaged or cut are told, and never more of them than there may be', () => {
    const array = probabilities(1000)
    const packed = packPlanes(bytesOf(array), 4)!
    expect(unpackPlanes(packed, 4, 999)).toBeNull()
    for (let length = 0; length < packed.length; length += 97) {
      expect(unpackPlanes(packed.subarray(0, length), 4, most)).toBeNull()
    }
    expect(unpackPlanes(Buffer.concat([packed, Buffer.of(0)]), 4, most)).toBeNull()
    // Any bytes are either refused or as many numbers as were stored.
    for (let at = 0; at < 64; at++) {
      const broken = Buffer.from(packed)
      broken[at]! ^= 0xff
      expect([undefined, 4000]).toContain(unpackPlanes(broken, 4, 1000)?.length)
    }
    // A bomb: a plane that inflates to more than it may.
    const bomb = Buffer.from(
      packPlanes(
        new Uint8Array(40_000).map((_, i) => i >> 12),
        1,
      )!,
    )
    bomb.writeUInt32LE(10, 0)
    expect(unpackPlanes(bomb, 1, most)).toBeNull()
  })
})
