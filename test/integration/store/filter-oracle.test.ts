// Filters, counts and groups over packed columns against SQLite's own answers over the same rows.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsOf } from '#core/columns/bitset.ts'
import { evaluateFilter } from '#core/columns/evaluate.ts'
import { sortKeys, sortRows } from '#core/columns/order.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { compareOps } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { formatPath } from '#core/filter/names.ts'
import { parseFilter } from '#core/filter/parse.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { filterToSql } from '#store/filter-sql.ts'
import { createSamplesTable } from '#store/samples-table.ts'
import { openRandomDataset, rowLists, randomRow } from './random-dataset.ts'
import { anyFilter, field, leaf, run, sqlNames } from './random-filter.ts'

function sqlIds(handle: DatasetHandle, filter: FilterExpr, table = 'samples'): number[] {
  const { sql, parameters } = filterToSql(filter, sqlNames(handle))
  return handle.db
    .prepare(`SELECT id FROM ${table} WHERE ${sql} ORDER BY id`)
    .pluck()
    .all(...parameters) as number[]
}

/** As bytes, since comparing a hundred thousand numbers one by one takes longer than finding them. */
function idsOf(ids: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(ids).buffer)
}

describe('filters over columns', () => {
  it('[CO1] find the rows that SQLite finds', async () => {
    await fc.assert(
      fc.asyncProperty(rowLists, fc.array(anyFilter, { minLength: 40, maxLength: 40 }), async (rows, filters) => {
        const { handle, close } = await openRandomDataset(rows)
        try {
          createSamplesTable(handle.columns)
          for (const filter of filters) {
            const found = Array.from(rowsOf(evaluateFilter(filter, handle.columns)), (row) => row + 1)
            expect(found, formatFilter(filter)).toEqual(sqlIds(handle, filter))
          }
        } finally {
          close()
        }
      }),
      // 2,000 filters over 50 datasets, each with a database of its own.
      { numRuns: 50, seed: 20261122 },
    )
  })

  it('[ST250] find the rows that SQLite finds in a field of a hundred thousand values', async () => {
    const rowCount = 100_000
    const drawn = fc.sample(randomRow, { numRuns: 200, seed: 250 })
    const rows = Array.from({ length: rowCount }, (_, i) => drawn[i % drawn.length]!)
    // Every value once but for the missing ones, in an order of their own, a few of them beyond the basic plane.
    const valueOf = (i: number) => `${i % 997 === 0 ? '😀' : 'wért'} ${(i * 7919) % rowCount}`
    const many = rows.map((_, i) => (i % 50 === 7 ? null : valueOf(i)))
    const value = fc.oneof(fc.nat({ max: rowCount - 1 }).map(valueOf), fc.constantFrom('', '9', 'wért 5', '😀', 'x'))
    const path = fc.constant(field('many'))
    const ofMany: fc.Arbitrary<FilterExpr> = fc.oneof(
      fc.record({ kind: fc.constant('compare' as const), path, op: fc.constantFrom(...compareOps), value }),
      fc.record({ kind: fc.constant('in' as const), path, values: fc.array(value, { maxLength: 5 }) }),
      fc.record({ kind: fc.constant('missing' as const), path, missing: fc.boolean() }),
    )
    const filters = fc.sample(
      fc.oneof(
        ofMany,
        fc.record({ kind: fc.constant('not' as const), item: ofMany }),
        fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), items: fc.tuple(ofMany, leaf) }),
      ),
      { numRuns: 30, seed: 251 },
    )
    const { handle, close } = await openRandomDataset(rows, many)
    try {
      const column = handle.columns.column(field('many'))
      expect(column.kind === 'codes' && column.dictionary.values.length).toBe(rowCount - rowCount / 50)
      createSamplesTable(handle.columns)
      // Rows of the virtual table are made one by one; SQLite's own are read a hundred times as fast.
      handle.db.exec('CREATE TEMP TABLE copied AS SELECT * FROM samples')
      for (const filter of filters) {
        const found = rowsOf(evaluateFilter(filter, handle.columns)).map((row) => row + 1)
        expect(Buffer.from(found.buffer).equals(idsOf(sqlIds(handle, filter, 'copied'))), formatFilter(filter)).toBe(
          true,
        )
      }
    } finally {
      close()
    }
  }, 120_000)

  it.each([200, 300])('[QL19] find them in codes of one byte and of two: a field of %i values', async (values) => {
    const [drawn] = fc.sample(randomRow, { numRuns: 1, seed: 19 })
    const rows = Array.from({ length: 1000 }, () => ({ ...drawn!, label: 'cello' }))
    const many = rows.map((_, i) => (i % 9 === 4 ? null : `v${(i * 7919) % values}`))
    const { handle, close } = await openRandomDataset(rows, many)
    try {
      const column = handle.columns.column(field('many'))
      const bytes = column.kind === 'codes' ? column.codes.BYTES_PER_ELEMENT : 0
      expect(bytes).toBe(values > 255 ? 2 : 1)
      createSamplesTable(handle.columns)
      handle.db.exec('CREATE TEMP TABLE copied AS SELECT * FROM samples')
      const filters = ['many = v7', 'many in (v1, v20, v199, x)', 'many >= v5', 'many contains "19"', 'many is missing']
      for (const text of [...filters, ...filters.map((filter) => `not ${filter}`)]) {
        const filter = parseFilter(text)
        const found = rowsOf(evaluateFilter(filter, handle.columns)).map((row) => row + 1)
        expect(Buffer.from(found.buffer).equals(idsOf(sqlIds(handle, filter, 'copied'))), text).toBe(true)
      }
    } finally {
      close()
    }
  })

  it('[CO2] find the same rows after going through text', async () => {
    await fc.assert(
      fc.asyncProperty(rowLists, fc.array(anyFilter, { minLength: 10, maxLength: 10 }), async (rows, filters) => {
        const { handle, close } = await openRandomDataset(rows)
        try {
          for (const filter of filters) {
            const again = parseFilter(formatFilter(filter))
            expect(rowsOf(evaluateFilter(again, handle.columns))).toEqual(
              rowsOf(evaluateFilter(filter, handle.columns)),
            )
          }
        } finally {
          close()
        }
      }),
      { numRuns: 10, seed: 7 },
    )
  })

  it('[CO3] count, group and sort as SQLite does', async () => {
    await fc.assert(
      fc.asyncProperty(rowLists, anyFilter, async (rows, filter) => {
        const { handle, close } = await openRandomDataset(rows)
        try {
          createSamplesTable(handle.columns)
          const { sql, parameters } = filterToSql(filter, sqlNames(handle))
          for (const path of [field('odd'), field('flag'), run('lite-0', 'predicted'), run('c.d', 'correct')]) {
            const name = `"${formatPath(path)}"`
            const expected = handle.db
              .prepare(`SELECT ${name} AS value, count(*) AS n FROM samples WHERE ${sql} GROUP BY 1`)
              .all(...parameters) as { value: string | null; n: number }[]
            const counted = new Map<string | null, number>()
            const column = handle.columns.column(path)
            if (column.kind !== 'codes') throw new Error('not codes')
            for (const row of handle.filterRows(filter)) {
              const code = column.codes[row]!
              const value = code === 0 ? null : column.dictionary.values[code - 1]!
              counted.set(value, (counted.get(value) ?? 0) + 1)
            }
            expect(counted).toEqual(new Map(expected.map(({ value, n }) => [value, n])))
          }
          for (const path of [field('odd'), field('score'), field('fine'), run('modèle b', 'entropy')]) {
            for (const descending of [false, true]) {
              const sorted = sortRows(
                handle.filterRows(filter),
                sortKeys(handle.columns.column(path), handle.rowCount, descending),
              )
              const expected = handle.db
                .prepare(
                  `SELECT id FROM samples WHERE ${sql} ORDER BY "${formatPath(path)}" ${descending ? 'DESC' : 'ASC'} NULLS LAST, id`,
                )
                .pluck()
                .all(...parameters)
              expect(Array.from(sorted, (row) => row + 1)).toEqual(expected)
            }
          }
        } finally {
          close()
        }
      }),
      { numRuns: 25, seed: 99 },
    )
  })
})
