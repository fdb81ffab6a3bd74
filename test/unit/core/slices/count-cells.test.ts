import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bitsetOf, fullBitset } from '#core/columns/bitset.ts'
import { blockRows, visitRowBlocks } from '#core/columns/row-blocks.ts'
import { computeCompare } from '#core/compare/compute-compare.ts'
import { discoverSlices } from '#core/discovery/compute-discovery.ts'
import { computeSlices } from '#core/slices/compute-slices.ts'
import { countCells } from '#core/slices/count-cells.ts'

describe('cells', () => {
  it('[PS30] hold what counting image by image gives, by value and key, weighted or not', () => {
    const member = fc.record({ value: fc.nat(5), key: fc.nat(39), images: fc.nat(4) })
    fc.assert(
      fc.property(
        fc.array(member, { maxLength: 120 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 50 }),
        (list, weighted, size) => {
          const counts = new Map<string, number>()
          for (const { value, key, images } of list) {
            const added = weighted ? images : 1
            const cell = `${value} ${String(key).padStart(2, '0')}`
            if (added > 0) counts.set(cell, (counts.get(cell) ?? 0) + added)
          }
          const rooms = new Uint32Array(6)
          for (const { value } of list) rooms[value]!++
          const cells = countCells(
            (visit) => {
              for (let first = 0; first < list.length; first += size) {
                const rows = Uint32Array.from(list.slice(first, first + size), (_, index) => first + index)
                visit(
                  rows,
                  Uint32Array.from(rows, (row) => list[row]!.key),
                  rows.length,
                )
              }
            },
            {
              values: Uint8Array.from(list, ({ value }) => value),
              weights: weighted ? Float64Array.from(list, ({ images }) => images) : null,
              rooms,
              keyCount: 40,
            },
          )
          const listed: [string, number][] = []
          cells.starts.forEach((start, value) => {
            for (let cell = start; cell < cells.ends[value]!; cell++) {
              listed.push([`${value} ${String(cells.keys[cell]).padStart(2, '0')}`, cells.counts[cell]!])
            }
          })
          expect(listed).toEqual([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
        },
      ),
      { seed: 30, numRuns: 200 },
    )
  })

  it('[PS31] are counted over blocks that hold every row once, in order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(20_000), { maxLength: 300 }), fc.boolean(), (rows, isFull) => {
        const bits = isFull ? fullBitset(20_001) : bitsetOf(rows, 20_001)
        const seen: number[] = []
        visitRowBlocks(bits, (block, count) => {
          expect(count).toBeLessThanOrEqual(blockRows)
          seen.push(...block.subarray(0, count))
        })
        const expected = isFull ? Array.from({ length: 20_001 }, (_, row) => row) : rows.toSorted((a, b) => a - b)
        expect(seen).toEqual(expected)
      }),
      { seed: 31, numRuns: 50 },
    )
  })

  it('[PS32] are left as soon as nobody waits for the answer', () => {
    const input = {
      rows: fullBitset(9),
      values: new Uint8Array(9).fill(1),
      valueCount: 1,
      classes: new Uint8Array(9).fill(1),
      classCount: 1,
      correct: [new Uint8Array(9).fill(1)],
      checkpoint: () => {
        throw new Error('abandoned')
      },
    }
    expect(() => computeSlices({ ...input, adjust: 'auto' })).toThrow('abandoned')
    expect(() => computeCompare({ ...input, predicted: [input.values], truth: input.classes })).toThrow('abandoned')
    const fields = [{ codes: input.values, size: 1 }]
    expect(() => discoverSlices({ ...input, fields, minSupport: 3, pairs: false }).next()).toThrow('abandoned')
  })
})
