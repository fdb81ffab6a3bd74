import { describe, expect, it } from 'vitest'
import { type CubeColumns, counts, cubeBytes, texts, verdicts } from '../../support/cube-bytes.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { openTree, readAll } from '../../support/open-dataset.ts'
import { failureOf } from '../../support/test-engine.ts'

const columns = {
  background: texts('moss', 'road', 'moss', null),
  label: texts('N', 'é', 'N', 'N'),
  'correct:a b': verdicts(true, false, true, null),
  correct_c: verdicts(false, false, false, true),
  count: counts(3, 5, 4, 2 ** 40),
} as const satisfies CubeColumns

const read = async (files: Readonly<Record<string, Uint8Array | string>>) => {
  const { format, cube } = await openTree(createMemoryTree(files))
  if (cube === undefined) throw new Error(`it was read as ${format}`)
  return { terms: cube.terms, cells: await cube.read() }
}
const readOne = async (changed: CubeColumns, metadata: Readonly<Record<string, string>> = {}) =>
  await read({ 'cube.parquet': cubeBytes(changed, metadata) })
const without = (name: string) =>
  Object.fromEntries(Object.entries<CubeColumns[string]>(columns).filter(([own]) => own !== name))
const valuesOf = (column: Awaited<ReturnType<typeof readOne>>['cells']['label']) =>
  Array.from(column.codes, (code) => column.values[code - 1] ?? null)

describe('a cube that another program wrote', () => {
  it('[CU2] is known by its columns alone, fields by the names that tell a nuisance', async () => {
    const { terms } = await readOne(columns)
    expect(terms.fields).toEqual([{ name: 'background', column: 'background', kind: 'category', role: 'nuisance' }])
    expect(terms.models.map(({ name }) => name)).toEqual(['a b', 'c'])
    expect(terms).toMatchObject({ class: 'label', source: null, filter: null })
  })

  it('[CU3] has its cells in the order of their values with equal ones added up, however its rows lie', async () => {
    const { cells } = await readOne(columns)
    expect(cells).toMatchObject({ count: 3, images: 12 + 2 ** 40 })
    expect([...cells.weights]).toEqual([7, 5, 2 ** 40])
    expect(valuesOf(cells.label)).toEqual(['N', 'é', 'N'])
    expect(cells.verdicts.map((column) => [...column])).toEqual([
      [2, 1, 0],
      [1, 1, 2],
    ])
    const turned = Object.fromEntries(
      Object.entries<CubeColumns[string]>(columns).map(([name, column]) => [
        name,
        { ...column, data: Array.from(column.data as unknown[]).toReversed() },
      ]),
    )
    expect((await readOne(turned)).cells).toEqual(cells)
  })

  it('[CU3] keeps numbers as numbers and truth values as such, with what is missing', async () => {
    const { terms, cells } = await readOne({
      ...columns,
      size: { data: [2.5, -1, 2.5, null], type: 'DOUBLE' },
      night: verdicts(true, null, true, false),
    })
    expect(terms.fields.map(({ kind }) => kind)).toEqual(['category', 'number', 'boolean'])
    expect(cells.fields[1]).toEqual({ kind: 'numbers', values: Float64Array.of(2.5, -1, NaN) })
    expect(cells.fields[2]).toMatchObject({ kind: 'codes', values: ['false', 'true'], codes: Uint8Array.of(2, 0, 1) })
  })

  describe('of many cells', () => {
    const size = 40_000
    // Each place once: 7919 shares no factor with the size.
    const placeOf = Array.from({ length: size }, (_, row) => (row * 7919) % size)
    const many = cubeBytes({
      altitude: { data: placeOf.map((place) => place % 2), type: 'DOUBLE' },
      station: { data: placeOf.map((place) => `s${String(place).padStart(5, '0')}`), type: 'STRING' },
      depth: { data: placeOf.map((place) => (place % 3 === 0 ? null : -place)), type: 'DOUBLE' },
      label: { data: placeOf.map((place) => `c${place % 7}`), type: 'STRING' },
      'correct:a': { data: placeOf.map((place) => place % 5 === 0), type: 'BOOLEAN' },
      count: counts(...placeOf.map((place) => place + 1)),
    })

    it('[CU3] has them in the order of the first field, then of the next', async () => {
      const { cells } = await read({ 'cube.parquet': many })
      const places = Array.from({ length: size }, (_, place) => place)
      const inOrder = places.toSorted((a, b) => (a % 2) - (b % 2) || a - b)
      expect(Array.from(cells.weights, (weight) => weight - 1)).toEqual(inOrder)
      expect(cells.fields[2]).toEqual({
        kind: 'numbers',
        values: Float64Array.from(inOrder, (place) => (place % 3 === 0 ? NaN : -place)),
      })
      expect(Array.from(cells.verdicts[0]!, (code) => code === 2)).toEqual(inOrder.map((place) => place % 5 === 0))
    })

    it('[CU30] is read in turns, and until it is cancelled', async () => {
      const controller = new AbortController()
      const tree = createMemoryTree({ 'cube.parquet': many })
      const { cube } = await openTree(tree, { ...readAll, signal: controller.signal })
      let turns = 0
      const count = () => {
        turns++
        if (turns === 10) controller.abort()
        else setImmediate(count)
      }
      setImmediate(count)
      expect((await failureOf(cube!.read())).code).toBe('cancelled')
      expect(turns).toBe(10)
    })
  })

  it('[CU4] may be a folder of parts, as Spark writes it', async () => {
    const files = {
      'part-0.snappy.parquet': cubeBytes(columns),
      'part-1.snappy.parquet': cubeBytes(columns),
      _SUCCESS: '',
    }
    const { cells } = await read(files)
    expect([...cells.weights]).toEqual([14, 10, 2 ** 41])
  })

  it('[CU4] is refused where a part has other columns, which would be missing from every total', async () => {
    const other = cubeBytes({ ...columns, weather: texts('fog', 'sun', 'sun', 'fog') })
    const failure = await failureOf(read({ 'a.parquet': cubeBytes(columns), 'b.parquet': other }))
    expect(failure).toMatchObject({ code: 'unsupported_format', details: { file: 'b.parquet' } })
  })

  const terms = (filter: string) => ({
    foible_cube: '1',
    foible_cube_terms: JSON.stringify({
      class: 'label',
      fields: [],
      models: [{ name: 'c', column: 'correct_c' }],
      filter,
    }),
  })

  it('[CU4] is refused where a part says something else of itself, or says nothing', async () => {
    const fog = cubeBytes(columns, terms('weather = fog'))
    for (const other of [cubeBytes(columns, terms('weather = sun')), cubeBytes(columns)]) {
      const failure = await failureOf(read({ 'a.parquet': fog, 'b.parquet': other }))
      expect(failure).toMatchObject({ code: 'unsupported_format', details: { file: 'b.parquet' } })
    }
    expect((await read({ 'a.parquet': fog, 'b.parquet': fog })).cells.images).toBe(2 * (12 + 2 ** 40))
  })

  it('[CU4] is refused where a field is in the names of its folders only', async () => {
    const parts = (content: Uint8Array) => ({
      'weather=fog/part-0.parquet': content,
      'weather=sun/part-0.parquet': content,
    })
    expect((await failureOf(read(parts(cubeBytes(columns))))).message).toContain('column “weather”')
    const whole = cubeBytes({ ...columns, weather: texts('fog', 'fog', 'fog', 'fog') })
    expect((await read(parts(whole))).terms.fields.map(({ name }) => name)).toEqual(['background', 'weather'])
  })

  it('[CU2] may be called like a shard', async () => {
    const { terms } = await read({ 'cube-00000-of-00001.parquet': cubeBytes(columns) })
    expect(terms.class).toBe('label')
  })

  it.each([
    ['a negative count', counts(3, 5, -4, 1), 'broken_file'],
    ['a fractional count', { data: [3, 5, 4.5, 1], type: 'DOUBLE' }, 'broken_file'],
    ['a count that is missing', { data: [3n, null, 4n, 1n], type: 'INT64' }, 'broken_file'],
    ['a count that is no number', { data: [3, NaN, 4, 1], type: 'DOUBLE' }, 'broken_file'],
    ['a count beyond 2^53', counts(3, 5, 2n ** 53n, 1), 'too_large'],
    ['a total beyond 2^53', counts(2n ** 52n, 2n ** 52n, 1, 1), 'too_large'],
    ['no image at all', counts(0, 0, 0, 0), 'empty_source'],
  ] as const)('[CU5] is refused with %s', async (_, count, code) => {
    const failure = await failureOf(readOne({ ...columns, count: count as CubeColumns[string] }))
    expect(failure.code).toBe(code)
    expect(failure.message).toMatch(/[.]$/)
  })

  it('[CU5] passes over cells that count nothing, and takes whole numbers of any kind', async () => {
    const { cells } = await readOne({ ...columns, count: { data: [3, 0, 4, 1], type: 'DOUBLE' } })
    expect([...cells.weights]).toEqual([7, 1])
  })

  it.each<[string, CubeColumns]>([
    ['a class', without('label')],
    ['a count', without('count')],
    ['verdicts of true and false', { ...columns, 'correct:d': texts('yes', 'no', 'no', 'yes') }],
    [
      'single values in its fields',
      { ...columns, blob: { data: [Uint8Array.of(1), null, null, null], type: 'BYTE_ARRAY' } },
    ],
  ])('[CU5] is refused without %s', async (_, changed) => {
    expect((await failureOf(readOne(changed, { foible_cube: '1' }))).code).toBe('unsupported_format')
  })

  it('[CU5] is refused without the verdicts of any model, where it says that it is a cube', async () => {
    const changed = { label: columns.label, count: columns.count }
    expect((await failureOf(readOne(changed, { foible_cube: '1' }))).message).toContain('correct:<model>')
  })

  it.each([
    ['a version of later', { foible_cube: '2' }, 'unsupported_format'],
    ['nonsense about itself', { foible_cube: '1', foible_cube_terms: '{"class":3}' }, 'broken_file'],
    ['no JSON about itself', { foible_cube: '1', foible_cube_terms: '['.repeat(10_000) }, 'broken_file'],
  ] as const)('[CU5] is refused with %s', async (_, metadata, code) => {
    expect((await failureOf(readOne(columns, metadata))).code).toBe(code)
  })

  it.each([
    ['that is not there', 'gone', 'unsupported_format'],
    ['of another model', 'correct_c', 'unsupported_format'],
  ])('[CU5] is refused where it speaks of a column %s', async (_, column, code) => {
    const model = { name: 'a', column: 'correct_c' }
    const terms = {
      class: 'label',
      fields: [{ name: 'background', column, kind: 'category', role: 'plain' }],
      models: [model],
    }
    const failure = await failureOf(readOne(columns, { foible_cube: '1', foible_cube_terms: JSON.stringify(terms) }))
    expect(failure.code).toBe(code)
  })

  it('[CU5] is refused where it was cut off, at any length', async () => {
    const bytes = cubeBytes(columns, { foible_cube: '1' })
    for (let length = 0; length < bytes.length; length += 97) {
      const failure = await failureOf(read({ 'cube.parquet': bytes.subarray(0, length) }))
      expect(['broken_file', 'unsupported_format', 'empty_source']).toContain(failure.code)
    }
  })

  it('[CU5] has no splits and no first samples', async () => {
    const tree = createMemoryTree({ 'cube.parquet': cubeBytes(columns) })
    expect((await failureOf(openTree(tree, { ...readAll, split: 'test' }))).code).toBe('usage')
    expect((await failureOf(openTree(tree, { ...readAll, maxSamples: 5 }))).code).toBe('usage')
  })

  it.each<[string, CubeColumns[string]]>([
    ['image', texts('a.png', 'b.png', 'c.png', 'd.png')],
    ['file_name', texts('a.png', 'b.png', 'c.png', 'd.png')],
    ['jpeg', { data: [1, 2, 3, 4].map((byte) => Uint8Array.of(byte)), type: 'BYTE_ARRAY' }],
  ])('[CU6] is not what has images in a column “%s”, with counts and verdicts beside them', async (name, column) => {
    const bytes = cubeBytes({ [name]: column, ...columns })
    const { format } = await openTree(createMemoryTree({ 'x.parquet': bytes }))
    expect(format).toBe('parquet')
    const counted = cubeBytes({ ...without('background'), image_quality: columns.background })
    expect((await openTree(createMemoryTree({ 'x.parquet': counted }))).format).toBe('cube')
  })

  it('[CU6] is not what merely has a count: images with one stay images', async () => {
    const image = texts('a.png', 'b.png', 'c.png', 'd.png')
    const bytes = cubeBytes({ image, label: columns.label, count: columns.count })
    const { format } = await openTree(createMemoryTree({ 'cube.parquet': bytes }))
    expect(format).toBe('parquet')
  })
})
