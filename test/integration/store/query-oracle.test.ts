// What the screens ask of a dataset, answered by the engine's own handlers, against SQLite's answers over the same rows.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallInput, CallName, CallOutput } from '#contract/contract.ts'
import type { Order } from '#contract/query.ts'
import { rowsOf } from '#core/columns/bitset.ts'
import { evaluateFilter } from '#core/columns/evaluate.ts'
import { fromClauses, namedValues } from '#core/filter/clauses.ts'
import { type FilterExpr, type Path, everything } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { formatPath } from '#core/filter/names.ts'
import type { DatasetHandle } from '#engine/dataset-handle.ts'
import { queryHandlers } from '#handlers/query.ts'
import { filterToSql } from '#store/filter-sql.ts'
import { createSamplesTable } from '#store/samples-table.ts'
import { models, openRandomDataset, randomRow, rowLists, views } from './random-dataset.ts'
import { anyFilter, leaf, numberPaths, run, sqlNames, textPaths } from './random-filter.ts'

type Query = Extract<CallName, keyof ReturnType<typeof queryHandlers>>
type Ask = <N extends Query>(name: N, input: Omit<CallInput<N>, 'dataset'>) => Promise<CallOutput<N>>

const isCounted = (path: Path) => formatPath(path) !== 'file_name' && formatPath(path) !== 'id'
const facetPaths = [...textPaths, ...numberPaths].filter(isCounted)
const sortPaths = [...textPaths, ...numberPaths]
/** Clauses of a single facet, plain and put together, among any others. */
const ofOnePath = fc.tuple(leaf, fc.boolean()).map(([clause, isWhole]): FilterExpr => {
  if (!('path' in clause)) return clause
  const missing: FilterExpr = { kind: 'missing', path: clause.path, missing: true }
  return isWhole ? clause : { kind: 'or', items: [{ kind: 'not', item: clause }, missing] }
})
/** A clause of no facet at all. */
const nothing = fc.constant<FilterExpr>({ kind: 'not', item: everything })
const clauses = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.oneof(leaf, ofOnePath, anyFilter) }, nothing), { maxLength: 3 })
  .map(fromClauses)

/** Opens a random dataset, hands out its handlers and the table `copied` with the same rows, and closes it. */
async function withDataset(
  rows: Parameters<typeof openRandomDataset>[0],
  check: (ask: Ask, handle: DatasetHandle) => Promise<void>,
  labelSpace: 'own' | 'imagenet-1k' = 'own',
): Promise<void> {
  const { handle, close } = await openRandomDataset(rows, [], labelSpace)
  try {
    createSamplesTable(handle.columns)
    handle.db.exec('CREATE TEMP TABLE copied AS SELECT * FROM samples')
    await check(askOf(handle), handle)
  } finally {
    close()
  }
}

function askOf(handle: DatasetHandle): Ask {
  const handlers = queryHandlers({ library: { dataset: () => handle } })
  const context = { signal: new AbortController().signal, progress: () => undefined }
  return async (name, input) => {
    const answer = handlers[name] as (input: object, context: object) => unknown
    return (await answer({ dataset: handle.id, ...input }, context)) as CallOutput<typeof name>
  }
}

function select<T>(handle: DatasetHandle, filter: FilterExpr, columns: string, tail = ''): T[] {
  const { sql, parameters } = filterToSql(filter, sqlNames(handle))
  return handle.db.prepare(`SELECT ${columns} FROM copied WHERE ${sql} ${tail}`).all(...parameters) as T[]
}

const quoted = (path: Path) => `"${formatPath(path).replaceAll('"', '""')}"`

describe('queries', () => {
  it('[QL10] count facets, histograms and tags as SQLite does without their own clauses', async () => {
    await fc.assert(
      fc.asyncProperty(rowLists, fc.array(clauses, { minLength: 6, maxLength: 6 }), async (rows, filters) => {
        await withDataset(rows, async (ask, handle) => {
          for (const filter of filters) {
            const top = (filters.indexOf(filter) % 3) + 1
            const counted = await ask('query.counts', { filter, facets: facetPaths, top })
            expect(counted.total).toBe(select(handle, filter, 'id').length)
            expect(counted.tags).toEqual([
              { name: 'my tag', count: select(handle, filter, 'id', 'AND "tagged(my tag)" = 1').length },
            ])
            for (const [index, facet] of counted.facets.entries()) {
              const path = facetPaths[index]!
              const own = withoutClausesOf(filter, path)
              const name = `${facet.name} under ${formatFilter(filter)}`
              const found = select<{ value: string | number | null; n: number }>(
                handle,
                own,
                `${quoted(path)} AS value, count(*) AS n`,
                `GROUP BY ${keysOf(path)} ORDER BY 2 DESC, 1`,
              )
              const present = found.filter(({ value }) => value !== null)
              expect(facet.missing, name).toBe(found.find(({ value }) => value === null)?.n ?? 0)
              if (facet.kind === 'histogram') {
                const numbers = present.map(({ value, n }) => ({ value: Number(value), n }))
                expect(Array.from(facet.counts), name).toEqual(binned(facet.edges, numbers))
                const range = [facet.min, facet.max].map((limit) => (limit === null ? null : limit + 0))
                expect(range, name).toEqual(rangeOf(select(handle, everything, `${quoted(path)} AS value`)))
                continue
              }
              const shown = facet.values.map(({ value, count }) => ({ value: String(value), n: count }))
              expect(facet.distinct, name).toBe(present.length)
              expect(present, name).toEqual(expect.arrayContaining(shown))
              expect(shown.slice(0, top).map(({ n }) => n)).toEqual(present.slice(0, top).map(({ n }) => n))
              const named = namedValues(filter, path)
              const extra = present.filter(({ value }) => named.some((one) => one === readBack(path, value)))
              expect(shown, name).toEqual(expect.arrayContaining(extra))
            }
          }
        })
      }),
      { numRuns: 15, seed: 10 },
    )
  })

  it('[QL11] lay samples out as SQLite does, in pages from any offset, positions, ranges and groups', async () => {
    const orders = fc.record({
      groupBy: fc.option(fc.constantFrom(...facetPaths)),
      sort: fc.option(
        fc.record({
          path: fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...sortPaths) }, fc.constant('wrong_models' as const)),
          descending: fc.boolean(),
        }),
      ),
    }) as fc.Arbitrary<Order>
    const questions = fc.record({
      filter: clauses,
      order: orders,
      offset: fc.nat(80),
      limit: fc.integer({ min: 1, max: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(rowLists, fc.array(questions, { minLength: 12, maxLength: 12 }), async (rows, asked) => {
        await withDataset(rows, async (ask, handle) => {
          for (const { filter, order, offset, limit } of asked) {
            const name = `${formatFilter(filter)} ${JSON.stringify(order)}`
            const expected = select<{ id: number; file_name: string; key: string | number | null; wrong: number }>(
              handle,
              filter,
              `id, file_name, ${order.groupBy === null ? 'NULL' : keysOf(order.groupBy).join(` || '#' || `)} AS key,
               ${quoted(run(models[0], 'correct'))} IS 'false' AS wrong`,
              `ORDER BY ${orderSql(order)}id`,
            )
            const ids = expected.map(({ id }) => id)
            const columns = order.groupBy === null ? [] : [order.groupBy]
            const page = await ask('query.page', { filter, order, offset, limit, columns })
            expect(page.total, name).toBe(ids.length)
            expect(Array.from(page.ids), name).toEqual(ids.slice(offset, offset + limit))
            expect(page.fileNames).toEqual(expected.slice(offset, offset + limit).map((row) => row.file_name))
            const range = await ask('query.range', { filter, order, from: offset + limit, to: offset })
            expect(Array.from(range.ids), name).toEqual(ids.slice(offset, offset + limit + 1))
            for (const id of [1, offset + 1, handle.rowCount]) {
              const place = ids.indexOf(id)
              const position = await ask('query.position', { filter, order, id })
              expect(position.offset, name).toBe(place < 0 ? null : place)
            }
            const { groups } = await ask('query.groups', { filter, order, model: models[0] })
            expect(groups.map(({ start, count, failures }) => ({ start, count, failures }))).toEqual(groupsOf(expected))
          }
        })
      }),
      { numRuns: 20, seed: 11 },
    )
  })

  it('[QL12] find in saved views what their filters find, however deep they nest', async () => {
    const insideOut = (name: string): FilterExpr => views.find((view) => view.name === name)!.filter
    await fc.assert(
      fc.asyncProperty(rowLists, async (rows) => {
        await withDataset(rows, async (ask, handle) => {
          for (const { name, filter } of views) {
            const total = async (of: FilterExpr) =>
              (await ask('query.counts', { filter: of, facets: [], top: 1 })).total
            const view: FilterExpr = { kind: 'view', name }
            const size = select(handle, filter, 'id').length
            expect(await total(view), name).toBe(size)
            expect(await total({ kind: 'not', item: view })).toBe(handle.rowCount - size)
            expect(await total(expand(filter, insideOut))).toBe(size)
          }
        })
      }),
      { numRuns: 6, seed: 12 },
    )
  })

  it('[QL13] take answers with ImageNet’s ids for the same only if name and id are', async () => {
    const calls = fc.oneof(
      fc.record({ kind: fc.constant('same_wrong_label' as const), models: fc.subarray([...models], { minLength: 2 }) }),
      fc.record({
        kind: fc.constant('disagree' as const),
        a: fc.constantFrom(...models),
        b: fc.constantFrom(...models),
      }),
    )
    let told = 0
    await fc.assert(
      fc.asyncProperty(rowLists, fc.array(calls, { minLength: 10, maxLength: 10 }), async (rows, filters) => {
        const found: number[][][] = []
        for (const space of ['own', 'imagenet-1k'] as const) {
          await withDataset(
            rows,
            async (_, handle) => {
              const ids = filters.map((filter) => select<{ id: number }>(handle, filter, 'id').map(({ id }) => id))
              const own = filters.map((filter) =>
                Array.from(rowsOf(evaluateFilter(filter, handle.columns)), (row) => row + 1),
              )
              expect(own).toEqual(ids)
              found.push(own)
            },
            space,
          )
        }
        if (JSON.stringify(found[0]) !== JSON.stringify(found[1])) told += 1
      }),
      { numRuns: 6, seed: 13 },
    )
    expect(told).toBeGreaterThan(0)
  })

  it('[QL14] find the rarest of ten thousand values by a part of them', async () => {
    const [drawn] = fc.sample(randomRow, { numRuns: 1, seed: 14 })
    const rows = Array.from({ length: 12_000 }, () => ({ ...drawn!, label: 'cello' }))
    // Two thousand samples of “common”, and each of ten thousand values once.
    const many = rows.map((_, i) => (i < 2000 ? 'common' : `Wért ${i - 2000}`))
    const { handle, close } = await openRandomDataset(rows, many)
    try {
      const ask = askOf(handle)
      const path: Path = { kind: 'field', name: 'many' }
      const of = async (search: string, filter: FilterExpr = everything) => {
        const { facets } = await ask('query.counts', { filter, facets: [path], top: 3, search })
        return facets[0]?.kind === 'values' ? facets[0] : null
      }
      expect(await of('')).toMatchObject({ distinct: 10_001, values: [{ value: 'common', count: 2000 }, {}, {}] })
      expect(await of('wÉRT 9999')).toMatchObject({ distinct: 1, values: [{ value: 'Wért 9999', count: 1 }] })
      expect(await of('wért 99')).toMatchObject({ distinct: 111, missing: 0 })
      expect(await of('nowhere')).toMatchObject({ distinct: 0, values: [] })
      const late: FilterExpr = { kind: 'compare', path: { kind: 'field', name: 'id' }, op: '>', value: 11_990 }
      expect(await of('t 99', late)).toMatchObject({ distinct: 10 })
      const named: FilterExpr = { kind: 'compare', path, op: '=', value: 'Wért 5000' }
      expect((await of('5', fromClauses([named])))?.values.map(({ value }) => value)).toContain('Wért 5000')
      const values = await ask('query.values', { path, search: 'wért 1234', limit: 5 })
      expect(values).toEqual([{ value: 'Wért 1234', count: 1 }])
      expect(await ask('query.values', { path, search: 'WÉRT', limit: 1000 })).toHaveLength(1000)
    } finally {
      close()
    }
  })
})

/** What a facet counts under, put together apart from the engine's own `withoutOwn`. */
function withoutClausesOf(filter: FilterExpr, path: Path): FilterExpr {
  const subjects = (expr: FilterExpr): string[] => {
    if ('items' in expr) return expr.items.flatMap(subjects)
    if ('item' in expr) return subjects(expr.item)
    return 'path' in expr ? [formatPath(expr.path)] : ['a call']
  }
  const items = filter.kind === 'and' ? filter.items : [filter]
  const isOwn = (clause: FilterExpr) => [...new Set(subjects(clause))].join() === formatPath(path)
  return { kind: 'and', items: items.filter((clause) => !isOwn(clause)) }
}

/** Answers of one name and different ids are different values. */
function keysOf(path: Path): string[] {
  const isAnswer = path.kind === 'run' && path.property === 'predicted'
  return isAnswer ? [quoted(path), `"${formatPath(path)}#id"`] : [quoted(path)]
}

/** Missing values last, whichever way round. */
function orderSql({ groupBy, sort }: Order): string {
  const by =
    groupBy === null
      ? ''
      : keysOf(groupBy)
          .map((key) => `${key} ASC NULLS LAST, `)
          .join('')
  if (sort === null) return by
  const wrong = models.map((model) => `(${quoted(run(model, 'correct'))} IS 'false')`).join(' + ')
  const keys = sort.path === 'wrong_models' ? [`(${wrong})`] : keysOf(sort.path)
  return by + keys.map((key) => `${key} ${sort.descending ? 'DESC' : 'ASC'} NULLS LAST, `).join('')
}

function groupsOf(rows: readonly { readonly key: string | number | null; readonly wrong: number }[]) {
  const groups: { start: number; count: number; failures: number }[] = []
  rows.forEach(({ key, wrong }, at) => {
    const last = groups.at(-1)
    if (last === undefined || key !== rows[at - 1]!.key) groups.push({ start: at, count: 1, failures: wrong })
    else {
      last.count += 1
      last.failures += wrong
    }
  })
  return groups
}

/** Counts of numbers between the edges, the last bin closed on the right. */
function binned(
  edges: ArrayLike<number>,
  numbers: readonly { readonly value: number; readonly n: number }[],
): number[] {
  const bins = Math.max(0, edges.length - 1)
  const counts = new Array<number>(bins).fill(0)
  for (const { value, n } of numbers) {
    const width = (edges[bins]! - edges[0]!) / bins
    const bin = width === 0 ? 0 : Math.min(bins - 1, Math.floor((value - edges[0]!) / width))
    counts[bin]! += n
  }
  return counts
}

function rangeOf(rows: readonly { readonly value: number | null }[]): [number | null, number | null] {
  const numbers = rows.flatMap(({ value }) => (value === null ? [] : [value]))
  return numbers.length === 0 ? [null, null] : [Math.min(...numbers) + 0, Math.max(...numbers) + 0]
}

/** A value as a filter names it. */
function readBack(path: Path, value: string | number | null): string | number | boolean | null {
  const isFlag = path.kind === 'run' ? path.property === 'correct' : formatPath(path) === 'flag'
  return isFlag && value !== null ? value === 'true' : value
}

/** The filter with views replaced by what they stand for. */
function expand(filter: FilterExpr, filterOf: (name: string) => FilterExpr): FilterExpr {
  if (filter.kind === 'view') return expand(filterOf(filter.name), filterOf)
  if (filter.kind === 'not') return { ...filter, item: expand(filter.item, filterOf) }
  if (filter.kind !== 'and' && filter.kind !== 'or') return filter
  return { ...filter, items: filter.items.map((item) => expand(item, filterOf)) }
}
