import { parquetWriteBuffer } from 'hyparquet-writer'
import { expect, it } from 'vitest'
import { expandArchives } from '#formats/archive-tree.ts'
import { toText } from '#formats/column-values.ts'
import { readLines } from '#formats/lines.ts'
import { parseJson } from '#formats/parse-json.ts'
import { readParquetMetadata } from '#formats/parquet-file.ts'
import { normalizeRelativePath } from '#formats/safe-path.ts'
import { collect } from '../../support/collect.ts'
import { makeTar, oldHeader } from '../../support/make-tar.ts'
import { makeZip } from '../../support/make-zip.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { neverAborted, openTree } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

const importing = async (files: Readonly<Record<string, string | Uint8Array>>) => {
  const index = await openTree(createMemoryTree(files, 1 << 20))
  return { rows: await readIndex(index), findings: index.findings().map(({ rule }) => rule) }
}

it('[FZ9] JSON nested deeper than 100 brackets is no JSON; brackets in texts do not count', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  expect(parseJson(nested(100))).toBeInstanceOf(Array)
  expect(() => parseJson(nested(101))).toThrow(SyntaxError)
  expect(() => parseJson(nested(1_000_000))).toThrow(SyntaxError)
  expect(parseJson(`["${'['.repeat(500)}\\"${'{'.repeat(500)}"]`)).toHaveLength(1)
})

it('[FZ10] rows of JSON lines that are too deep are passed over', async () => {
  const deep = `{"file_name":"b.png","x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`
  const { rows, findings } = await importing({
    'metadata.jsonl': `{"file_name":"a.png","label":"cat"}\n${deep}\n`,
    'a.png': 'x',
    'b.png': 'x',
  })
  expect(rows.map(({ label }) => label)).toEqual(['cat', null])
  expect(findings).toContain('broken_row')
})

it('[FZ11] whatever stands in a cell has a text', () => {
  const cells = [{ toString: 1 }, { valueOf: null, toJSON: 3 }, [1n, { a: 2n }], Object.create(null), new Date(NaN)]
  expect(cells.map(toText)).toEqual(['{"toString":1}', '{"valueOf":null,"toJSON":3}', '[1,{"a":2}]', '{}', ''])
  expect(toText(new Uint8Array(9))).toBe('9 bytes')
})

it('[FZ12] objects in the place of ids and paths are passed over', async () => {
  const odd = { toString: 1 }
  const { rows, findings } = await importing({
    'labels.json': JSON.stringify({
      categories: [{ id: odd, name: odd, supercategory: odd }],
      images: [{ id: odd, file_name: 'a.png' }, { id: 2 }],
      annotations: [{ id: odd, image_id: odd, category_id: odd }],
    }),
    'a.png': 'x',
  })
  expect(rows).toMatchObject([{ fileName: 'a.png' }])
  expect(findings).toContain('row_without_path')
})

it('[FZ13] a folder in a tar that claims a size holds nothing up', async () => {
  const folders = Array.from({ length: 3000 }, (_, i) => oldHeader(`d${i}/`, 700, '5'))
  const tar = Buffer.concat([...folders, await makeTar([['a/1.png', 'x']])])
  expect((await importing({ 'x.tar': tar })).rows.map(({ fileName }) => fileName)).toEqual(['a/1.png'])
})

it('[FZ14] lines of more than 64 million characters are refused', async () => {
  async function* endless() {
    for (let i = 0; i < 80; i++) yield await Promise.resolve(Buffer.alloc(1 << 20, 'x'))
  }
  await expect(collect(readLines(endless(), 'a.jsonl'))).rejects.toMatchObject({ code: 'too_large' })
})

it('[FZ15] paths longer than any system’s are refused, wherever they come from', async () => {
  expect(normalizeRelativePath('a'.repeat(4096))).toBeNull()
  expect(normalizeRelativePath('a'.repeat(2048), 'b'.repeat(2048))).toBeNull()
  const name = `${'a/'.repeat(50_000)}1.png`
  const tar = await makeTar([
    [name, 'x', { pax: { path: name } }],
    ['b.png', 'x'],
  ])
  const { rows, findings } = await importing({ 'x.tar': tar })
  expect(rows.map(({ fileName }) => fileName)).toEqual(['b.png'])
  expect(findings).toContain('unsafe_member')
})

const wideTables = [
  ['csv', `file_name${',c'.repeat(4096)}\na.png${',1'.repeat(4096)}\n`],
  [
    'jsonl',
    `${JSON.stringify({ file_name: 'a.png', ...Object.fromEntries(Array.from({ length: 4096 }, (_, i) => [`c${i}`, i])) })}\n`,
  ],
] as const

it.each(wideTables)('[FZ16] a table of more than 4,096 columns is refused: %s', async (kind, content) => {
  const files = { [`metadata.${kind}`]: content, 'a.png': 'x' }
  await expect(importing(files)).rejects.toMatchObject({ code: 'too_large' })
})

const footerLength = (file: Uint8Array) => Buffer.from(file).readUInt32LE(file.length - 8)

function withFooter(file: Uint8Array, change: (footer: Buffer) => Buffer) {
  const length = footerLength(file)
  const footer = change(Buffer.from(file.subarray(file.length - 8 - length, -8)))
  const tail = Buffer.alloc(8)
  tail.writeUInt32LE(footer.length)
  tail.write('PAR1', 4)
  const bytes = Buffer.concat([file.subarray(0, file.length - 8 - length), footer, tail])
  return {
    byteLength: bytes.length,
    slice: (start: number, end = bytes.length) => Promise.resolve(Uint8Array.from(bytes.subarray(start, end)).buffer),
  }
}

it('[FZ17] a Parquet footer is believed only where its counts agree and its numbers are numbers', async () => {
  const rows = 37
  const data = Array.from({ length: rows }, (_, i) => i)
  const file = new Uint8Array(parquetWriteBuffer({ columnData: [{ name: 'n', data, type: 'INT32' }] }))
  const count = Buffer.from([0x16, 2 * rows])
  // 2^40 as a zigzag number.
  const many = Buffer.from([0x16, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40])
  const replace = (footer: Buffer, times: number): Buffer => {
    const at = footer.indexOf(count)
    if (at < 0 || times === 0) return footer
    return Buffer.concat([footer.subarray(0, at), many, replace(footer.subarray(at + count.length), times - 1)])
  }
  const read = (change: (footer: Buffer) => Buffer) => readParquetMetadata(withFooter(file, change), 'x.parquet')
  expect(Number((await read((footer) => footer)).num_rows)).toBe(rows)
  await expect(read((footer) => replace(footer, 1))).rejects.toMatchObject({ code: 'broken_file' })
  await expect(read((footer) => replace(footer, Infinity))).rejects.toMatchObject({ code: 'too_large' })
  const endless = Buffer.concat([Buffer.from([0x15, 2, 0x16]), Buffer.alloc(400_000, 0xff), Buffer.from([0])])
  await expect(read(() => endless)).rejects.toMatchObject({ code: 'broken_file' })
  await expect(read(() => Buffer.alloc(100_000, 0x1c))).rejects.toMatchObject({ code: 'broken_file' })
})

it('[FZ21] the beginning of a member of a zip archive is inflated alone', async () => {
  const content = Buffer.alloc(64 << 20, 'abc')
  // The checksum of the whole is wrong, which only who reads to the end can know.
  const zip = makeZip([
    { name: 'x.csv', content, crc: 1 },
    { name: 'a.txt', content: '' },
  ])
  const tree = await expandArchives({ ...createMemoryTree({ 'x.zip': zip }, 1 << 20), chosen: 'x.zip' }, neverAborted)
  const file = await tree.open('x.csv', neverAborted)
  expect(Buffer.from(await file.slice(2, 6)).toString()).toBe('cabc')
  expect((await file.slice(0, 1 << 20)).byteLength).toBe(1 << 20)
  await expect(file.slice(0, 2 << 20)).rejects.toMatchObject({ code: 'broken_file' })
})
