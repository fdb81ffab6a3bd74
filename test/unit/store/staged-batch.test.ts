import { describe, expect, it } from 'vitest'
import { type StagedBatch, decodeStagedBatch, encodeStagedBatch } from '#store/staged-batch.ts'

const batch: StagedBatch = {
  sampleIds: Uint32Array.of(7, 9),
  topCodes: Uint32Array.from({ length: 10 }, (_, i) => i),
  topProbabilities: Float32Array.from({ length: 10 }, (_, i) => i / 16),
  entropy: Float32Array.of(0.5, Number.NaN),
  margin: Float32Array.of(0.25, 0.125),
  truthConfidence: Float32Array.of(Number.NaN, 1),
  truthRank: Uint32Array.of(0, 3),
}

describe('a staged batch', () => {
  it('[RN23] comes back with its provider', () => {
    expect(decodeStagedBatch(encodeStagedBatch({ ...batch, providerCode: 3 }))).toEqual({ ...batch, providerCode: 3 })
    expect(decodeStagedBatch(encodeStagedBatch(batch))).toEqual({ ...batch, providerCode: 0 })
  })

  it('[RN23] is read as older versions wrote it: without a provider', () => {
    const { sampleIds, topCodes, topProbabilities, entropy, margin, truthConfidence, truthRank } = batch
    const arrays = [sampleIds, topCodes, topProbabilities, entropy, margin, truthConfidence, truthRank]
    const old = Buffer.concat(arrays.map((array) => new Uint8Array(array.buffer)))
    expect(decodeStagedBatch(old)).toEqual(batch)
    // Blobs out of a file may begin at any address.
    expect(decodeStagedBatch(Buffer.concat([Buffer.alloc(3), old]).subarray(3))).toEqual(batch)
    expect(() => decodeStagedBatch(old.subarray(4))).toThrow('a staged batch of')
  })
})
