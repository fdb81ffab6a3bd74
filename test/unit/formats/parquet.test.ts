import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { readParquetColumns, readParquetMetadata } from '#formats/parquet-file.ts'
import { readParquetImage } from '#formats/read-parquet-image.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { neverAborted, openTree } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

const image = (n: number) => Uint8Array.from([0xff, 0xd8, n])

function write(
  columnData: Parameters<typeof parquetWriteBuffer>[0]['columnData'],
  options: Partial<Parameters<typeof parquetWriteBuffer>[0]> = {},
): Uint8Array {
  return new Uint8Array(parquetWriteBuffer({ columnData, ...options }))
}

const structSchema = [
  { name: 'schema', num_children: 1, repetition_type: 'REQUIRED' as const },
  { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' as const },
  { name: 'bytes', type: 'BYTE_ARRAY' as const, repetition_type: 'OPTIONAL' as const },
  { name: 'path', type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, repetition_type: 'OPTIONAL' as const },
]

describe('Parquet files from other hands', () => {
  it.each([true, false])(
    '[FM24] give the bytes of any row across row groups, with a page index or without one: %s',
    async (offsetIndex) => {
      const data = Array.from({ length: 10 }, (_, i) => image(i))
      const bytes = write([{ name: 'image', type: 'BYTE_ARRAY', data, offsetIndex }], {
        rowGroupSize: 4,
        statistics: false,
      })
      const tree = createMemoryTree({ 'x.parquet': bytes })
      const rows = await readIndex(await openTree(tree))
      expect(rows.map((row) => row.fileName)).toEqual(data.map((_, i) => `x.parquet/${i}`))
      const file = await tree.open('x.parquet', neverAborted)
      for (const i of [9, 0, 5, 4, 3, 8, 9])
        expect(await readParquetImage(file, 'image', i, neverAborted)).toEqual(image(i))
      expect(await readParquetImage(file, 'image', 10, neverAborted)).toBeNull()
    },
  )

  it('[FM25] may name images by path: beside the file, or from the root', async () => {
    const bytes = write([
      { name: 'image', type: 'STRING', data: ['images/a.png', 'b.png', 'gone.png', '../../etc/passwd'] },
      { name: 'label', type: 'STRING', data: ['x', 'y', 'z', 'w'] },
    ])
    const index = await openTree(
      createMemoryTree({ 'data/train.parquet': bytes, 'images/a.png': '', 'data/b.png': '' }),
    )
    const rows = await readIndex(index)
    expect(rows).toMatchObject([
      { fileName: 'images/a.png', locator: { kind: 'file', path: 'images/a.png' }, label: 'x', split: 'train' },
      { fileName: 'data/b.png', label: 'y' },
    ])
    expect(index.findings()).toMatchObject([{ rule: 'row_without_file', count: 2 }])
  })

  it.each(['__proto__', 'constructor', 'valueOf', 'toString', 'hasOwnProperty'])(
    '[FO45] may have a column called %s',
    async (name) => {
      const bytes = write([
        { name: 'image', type: 'STRING', data: ['a.png', 'b.png'] },
        { name, type: 'STRING', data: ['p', null] },
      ])
      const index = await openTree(createMemoryTree({ 'x.parquet': bytes, 'a.png': '', 'b.png': '' }))
      expect(index.fields.map((field) => field.name)).toEqual([name])
      const batches: unknown[] = []
      for await (const { fields } of index.batches) batches.push([...fields])
      expect(batches).toEqual([[[name, ['p', null]]]])
    },
  )

  it('[FO46] reject the read where a cell cannot be kept', async () => {
    const file = await createMemoryTree({
      'x.parquet': write([{ name: 'a', type: 'STRING', data: ['x', 'y'] }]),
    }).open('x.parquet', neverAborted)
    const metadata = await readParquetMetadata(file, 'x.parquet')
    const refuse = () => {
      throw new Error('no such cell')
    }
    const read = readParquetColumns(file, 'x.parquet', metadata, ['a'], 0, 2, new Map([['a', refuse]]))
    await expect(read).rejects.toMatchObject({ code: 'broken_file' })
  })

  it('[FM29] keep rows that name an image where no image is there', async () => {
    const bytes = write([
      { name: 'image', type: 'STRING', data: ['images/a.png', '/home/me/b.png', null] },
      { name: 'label', type: 'STRING', data: ['x', 'y', 'z'] },
    ])
    const index = await openTree(createMemoryTree({ 'data/train.parquet': bytes, 'preview.gif': '' }))
    expect(await readIndex(index)).toMatchObject([
      { fileName: 'images/a.png', locator: { kind: 'file', path: 'images/a.png' }, label: 'x', sizeBytes: null },
      { fileName: 'b.png', locator: { kind: 'file', path: 'b.png' }, label: 'y' },
    ])
    expect(index.findings()).toMatchObject([{ rule: 'no_image_bytes', count: 1 }])
  })

  it('[FM26] name rows by file and number where paths repeat, and by the last part where they are absolute', async () => {
    const data = ['/home/me/a.png', 'b.png', 'b.png', null].map((path, i) => ({ bytes: image(i), path }))
    const index = await openTree(
      createMemoryTree({ 'x.parquet': write([{ name: 'image', data }], { schema: structSchema }) }),
    )
    expect((await readIndex(index)).map((row) => row.fileName)).toEqual([
      'a.png',
      'b.png',
      'x.parquet/2',
      'x.parquet/3',
    ])
    expect(index.findings()).toMatchObject([{ rule: 'duplicate_path', count: 1, examples: ['b.png'] }])
  })

  it('[FM27] that are damaged, or hold no images, are refused by name', async () => {
    await expect(openTree(createMemoryTree({ 'x.parquet': 'not a parquet file at all' }))).rejects.toMatchObject({
      code: 'broken_file',
      details: { file: 'x.parquet' },
    })
    const numbers = write([{ name: 'n', type: 'INT32', data: [1, 2] }])
    await expect(openTree(createMemoryTree({ 'x.parquet': numbers }))).rejects.toMatchObject({
      code: 'unsupported_format',
      details: { columns: ['n'] },
    })
  })

  it('[FM28] read whole numbers and dates; structs are dropped with a finding', async () => {
    const when = new Date('2024-02-29T12:00:00.123Z')
    const bytes = write([
      { name: 'image', type: 'BYTE_ARRAY', data: [image(1)] },
      { name: 'id', type: 'INT64', data: [2n ** 40n] },
      { name: 'count', type: 'INT64', data: [7n] },
      { name: 'when', type: 'TIMESTAMP', data: [when] },
      { name: 'json', type: 'JSON', data: [{ a: 1 }] },
    ])
    const index = await openTree(createMemoryTree({ 'x.parquet': bytes }))
    expect((await readIndex(index))[0]?.fields).toEqual({
      id: 2 ** 40,
      count: 7,
      when: when.toISOString(),
    })
    expect(index.findings()).toMatchObject([{ rule: 'unknown_type', examples: ['json'] }])
  })
})
