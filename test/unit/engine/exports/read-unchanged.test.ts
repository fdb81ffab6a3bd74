import { describe, expect, it } from 'vitest'
import { readUnchanged } from '#engine/exports/read-unchanged.ts'
import { failureOf } from '../../../support/test-engine.ts'

function changing(times: number) {
  const dataset = { version: 1, rowsVersion: 0 }
  let reads = 0
  const read = async () => {
    if (reads++ < times) dataset.version++
    return await Promise.resolve(reads)
  }
  return readUnchanged({ library: { dataset: () => dataset } }, 'd', 'the cube', read)
}

describe('readUnchanged', () => {
  it('[CU17] reads again where the data changed meanwhile', async () => {
    expect([await changing(0), await changing(1), await changing(2)]).toEqual([1, 2, 3])
  })

  it('[CU17] gives up where the data changes every time, and where the dataset is another one', async () => {
    const failure = await failureOf(changing(3))
    expect([failure.code, failure.message]).toEqual(['usage', expect.stringContaining('write the cube again')])
    const others = { dataset: () => ({ version: 1, rowsVersion: 0 }) }
    const read = () => readUnchanged({ library: others }, 'd', 'the cube', () => Promise.resolve(1))
    expect((await failureOf(read())).code).toBe('usage')
  })
})
