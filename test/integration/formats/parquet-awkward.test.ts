import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { readParquetImage } from '#formats/read-parquet-image.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { neverAborted, openTree } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

const folder = path.join(import.meta.dirname, '../../fixtures/parquet')
const read = async (name: string) => new Uint8Array(await readFile(path.join(folder, name)))
const image = (i: number) => Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, i)

describe('Parquet files of pyarrow', () => {
  it.each(['none', 'snappy', 'gzip', 'zstd', 'lz4', 'brotli'])(
    '[FO40] are read whatever packs them: %s',
    async (codec) => {
      const tree = createMemoryTree({ 'data/train.parquet': await read(`${codec}.parquet`) })
      const index = await openTree(tree)
      const rows = await readIndex(index)
      expect(rows.map((row) => row.label)).toEqual(['N', 'no', null, null, 'no', 'N'])
      expect(rows[0]).toMatchObject({
        fileName: 'images/0.png',
        split: 'train',
        fields: {
          kind: 'a',
          day: '2024-02-29T00:00:00.000Z',
          moment: '2024-02-29T12:00:00.123Z',
          nanos: '2024-02-29T12:00:00.123Z',
          price: 1.25,
          'camera.make': 'x',
          'camera.lens.mm': 35.5,
          caption: 'café',
          small: 1.5,
          flag: true,
          count: 0,
          large: 2 ** 40,
          nothing: null,
        },
      })
      expect(rows[1]?.fields).toMatchObject({
        kind: 'b',
        day: null,
        price: null,
        'camera.make': null,
        count: 255,
        caption: '',
      })
      expect(rows[2]?.fields).toMatchObject({
        price: -0.5,
        'camera.lens.mm': null,
        small: -2,
        flag: null,
        caption: null,
      })
      const findings = new Map(index.findings().map(({ rule, examples }) => [rule, examples]))
      expect(findings.get('unknown_type')).toEqual(['words', 'blob'])
      const file = await tree.open('data/train.parquet', neverAborted)
      for (const i of [5, 0, 3]) expect(await readParquetImage(file, 'image', i, neverAborted)).toEqual(image(i))
    },
  )

  it('[FO41] with several columns of images are read by the first', async () => {
    const index = await openTree(createMemoryTree({ 'x.parquet': await read('snappy.parquet') }))
    expect((await readIndex(index))[0]?.locator).toEqual({
      kind: 'parquet',
      file: 'x.parquet',
      column: 'image',
      row: 0,
    })
    expect(index.findings()).toContainEqual(expect.objectContaining({ rule: 'extra_image', examples: ['mask'] }))
    expect(index.fields.map(({ name }) => name)).not.toContain('mask')
  })

  it('[FO42] may have bytes in some rows and files beside them in others', async () => {
    const files = { 'x.parquet': await read('mixed.parquet'), 'images/0.png': image(0), 'images/1.png': image(1) }
    const rows = await readIndex(await openTree(createMemoryTree(files)))
    expect(rows.map(({ fileName, locator }) => [fileName, locator.kind])).toEqual([
      ['images/0.png', 'file'],
      ['images/1.png', 'file'],
      ['x.parquet/2', 'parquet'],
      ['x.parquet/3', 'parquet'],
      ['images/4.png', 'parquet'],
      ['images/5.png', 'parquet'],
    ])
    expect(rows.map((row) => row.label)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('[FO43] are read by splits and configurations in a branch that the Hub converted', async () => {
    const [one, other] = [await read('snappy.parquet'), await read('mixed.parquet')]
    const index = await openTree(
      createMemoryTree({
        'default/sketch/0000.parquet': one,
        'default/partial-photo/0000.parquet': one,
        'extra/train/0000.parquet': other,
      }),
    )
    const rows = await readIndex(index)
    expect(rows.map((row) => row.split)).toEqual([
      ...new Array<string>(6).fill('sketch'),
      ...new Array<string>(6).fill('photo'),
    ])
    const findings = new Map(index.findings().map(({ rule, examples }) => [rule, examples]))
    expect(findings.get('partial_split')).toEqual(['photo'])
    expect(findings.get('outside_config')).toEqual(['extra/train/0000.parquet'])
  })

  it('[FO44] take their class names from dataset_infos.json where neither file nor card has them', async () => {
    const { parquetWriteBuffer } = await import('hyparquet-writer')
    const bytes = parquetWriteBuffer({
      columnData: [
        { name: 'image', type: 'BYTE_ARRAY', data: [image(0), image(1)] },
        { name: 'label', type: 'INT32', data: [1, 0] },
      ],
    })
    const infos = { default: { features: { label: { _type: 'ClassLabel', names: ['cat', 'dog'] } } } }
    const tree = createMemoryTree({ 'x.parquet': new Uint8Array(bytes), 'dataset_infos.json': JSON.stringify(infos) })
    const index = await openTree(tree)
    expect((await readIndex(index)).map((row) => row.label)).toEqual(['dog', 'cat'])
    expect(index.classes).toEqual(['cat', 'dog'])
  })
})
