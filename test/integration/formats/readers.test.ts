import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFolderTree } from '#formats/folder-tree.ts'
import { readParquetImage } from '#formats/read-parquet-image.ts'
import { expected, exportsFolder } from './expected.ts'
import { neverAborted, openFolder, readAll } from '../../support/open-dataset.ts'
import { readIndex, type Row } from '../../support/read-index.ts'

const expectedByName = new Map(expected.rows.map((row) => [row.file_name, row]))

function expectedOf(row: Row) {
  const found = expectedByName.get(path.posix.basename(row.fileName))
  if (!found) throw new Error(`unexpected sample ${row.fileName}`)
  return found
}

describe('imagefolder', () => {
  it('[FM1] reads labels, accepted ids, fields and splits of the fixture', async () => {
    const index = await openFolder(path.join(exportsFolder, 'imagefolder'))
    const rows = await readIndex(index)
    expect(index.format).toBe('imagefolder')
    expect(rows).toHaveLength(24)
    for (const row of rows) {
      const { label, accepted_ids, background, outdoor, score, note, split, bytes } = expectedOf(row)
      expect(row).toMatchObject({
        label,
        acceptedIds: accepted_ids,
        split,
        sizeBytes: bytes,
        fields: { background, outdoor, score, note },
      })
    }
    expect(index.fields).toContainEqual({ name: 'background', kind: null, role: 'nuisance' })
    expect(index.findings()).toEqual([])
  })

  it('[FM2] reads the same samples whatever split is asked for, and no more than asked for', async () => {
    const folder = path.join(exportsFolder, 'imagefolder')
    const test = await readIndex(await openFolder(folder, { ...readAll, split: 'test' }))
    expect(test).toHaveLength(6)
    expect(await readIndex(await openFolder(folder, { ...readAll, maxSamples: 5 }))).toHaveLength(5)
  })
})

describe('FiftyOneDataset', () => {
  it.each(['fiftyone-dataset', 'fiftyone-dataset-dirs', 'fiftyone-dataset-pushed'])('[FM10] reads %s', async (name) => {
    const index = await openFolder(path.join(exportsFolder, name))
    const rows = await readIndex(index)
    expect(index.format).toBe('fiftyone')
    expect(index.labelField).toBe('ground_truth')
    expect(index.classes).toEqual(expected.classes)
    expect(rows).toHaveLength(24)
    for (const row of rows) {
      const wanted = expectedOf(row)
      expect(row).toMatchObject({
        label: wanted.label,
        acceptedIds: wanted.accepted_ids,
        split: wanted.split,
        tags: wanted.tags,
        fields: {
          background: wanted.background,
          outdoor: wanted.outdoor,
          score: wanted.score_in_fiftyone ? null : wanted.score,
          note: wanted.note,
        },
      })
      expect(row.fields['taken_at']).toMatch(/^2024-02-29T12:00:\d\d\.123Z$/)
      expect(Object.keys(row.fields)).not.toContain('_rand')
      for (const model of ['model_a', 'model_b'] as const) {
        const answer = wanted[model]
        expect(row.predictions[model]).toEqual(answer && { classes: [answer[0]], probabilities: [answer[1]] })
      }
    }
    expect(index.findings()).toEqual([])
  })
})

describe('class folders', () => {
  it('[FM3] takes the folder for the label where there is no metadata', async () => {
    const index = await openFolder(path.join(exportsFolder, 'fiftyone-tree'))
    const rows = await readIndex(index)
    expect(index.classes).toEqual(expected.classes)
    expect(rows.map((row) => row.label)).toEqual(rows.map((row) => expectedOf(row).label))
    expect(rows).toHaveLength(24)
  })
})

describe('Parquet', () => {
  it('[FM20] reads class labels, fields and predictions of the fixture', async () => {
    const index = await openFolder(path.join(exportsFolder, 'parquet-hf'))
    const rows = await readIndex(index)
    expect(index.format).toBe('parquet')
    expect(index.classes).toEqual(expected.classes)
    expect(index.fields).toContainEqual({
      name: 'background',
      kind: 'category',
      role: 'nuisance',
      values: expected.backgrounds,
    })
    expect(rows).toHaveLength(24)
    for (const row of rows) {
      const wanted = expectedOf(row)
      const [answer, probability] = wanted.model_a
      expect(row).toMatchObject({
        label: wanted.label_in_parquet === -1 ? null : wanted.label,
        acceptedIds: wanted.accepted_ids,
        split: wanted.split,
        fields: { background: wanted.background, outdoor: wanted.outdoor, note: wanted.note },
      })
      expect(row.fields['score']).toEqual(wanted.score === null ? null : expect.closeTo(wanted.score, 6))
      expect(row.predictions['predictions']?.classes[0]).toBe(answer)
      expect(row.predictions['predictions']?.probabilities[0]).toBeCloseTo(probability, 6)
    }
  })

  it('[FM21] gives the bytes of every image by its locator', async () => {
    const folder = path.join(exportsFolder, 'parquet-hf')
    const tree = await createFolderTree(folder)
    for (const row of await readIndex(await openFolder(folder))) {
      if (row.locator.kind !== 'parquet') throw new Error('not in the Parquet file')
      const file = await tree.open(row.locator.file, neverAborted)
      const bytes = await readParquetImage(file, row.locator.column, row.locator.row, neverAborted)
      expect(
        createHash('sha256')
          .update(bytes ?? '')
          .digest('hex'),
      ).toBe(expectedOf(row).file_sha256)
    }
  })

  it('[FM22] reads a single Parquet file as a tree of one', async () => {
    const file = path.join(exportsFolder, 'parquet-hf/data/test-00000-of-00001.parquet')
    const rows = await readIndex(await openFolder(file))
    expect(rows).toHaveLength(6)
    expect(new Set(rows.map((row) => row.split))).toEqual(new Set(['test']))
  })

  it('[FM23] reads no image bytes while indexing', async () => {
    const tree = await createFolderTree(path.join(exportsFolder, 'parquet-hf'))
    const slices: [number, number][] = []
    const watched = {
      ...tree,
      open: async (name: string, signal: AbortSignal) => {
        const file = await tree.open(name, signal)
        return {
          byteLength: file.byteLength,
          slice: (start: number, end?: number) => {
            slices.push([start, end ?? file.byteLength])
            return file.slice(start, end)
          },
        }
      },
    }
    const { parquetReader } = await import('#formats/parquet.ts')
    const { parquetMetadataAsync } = await import('hyparquet')
    const entries = (await tree.list(neverAborted)).filter((entry) =>
      entry.path.endsWith('test-00000-of-00001.parquet'),
    )
    const index = await parquetReader.read(watched, entries, readAll, '')
    slices.length = 0
    await readIndex(index)
    const metadata = await parquetMetadataAsync(await tree.open(entries[0]?.path ?? '', neverAborted))
    const bytesChunk = metadata.row_groups[0]?.columns[0]?.meta_data
    const start = Number(bytesChunk?.dictionary_page_offset ?? bytesChunk?.data_page_offset)
    const end = start + Number(bytesChunk?.total_compressed_size)
    expect(bytesChunk?.path_in_schema).toEqual(['image', 'bytes'])
    expect(slices.length).toBeGreaterThan(0)
    expect(slices.filter(([from, to]) => from < end && to > start)).toEqual([])
  })
})

describe('the files themselves', () => {
  it('[FM4] keeps every byte: hashes of located files are those of the expectation', async () => {
    for (const name of ['imagefolder', 'fiftyone-dataset-pushed']) {
      for (const row of await readIndex(await openFolder(path.join(exportsFolder, name)))) {
        if (row.locator.kind !== 'file') throw new Error('not a file')
        const bytes = await readFile(path.join(exportsFolder, name, row.locator.path))
        expect(createHash('sha256').update(bytes).digest('hex')).toBe(expectedOf(row).file_sha256)
      }
    }
  })
})
