// Every sample of every fixture against expected.json: what is read of it, the bytes or pixels behind it, its upright size.
import { createHash } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FileTree } from '#formats/dataset-reader.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { readParquetImage } from '#formats/read-parquet-image.ts'
import { readPart } from '#formats/read-part.ts'
import { createImageDecoder } from '#models/preprocess/decode-image.ts'
import { neverAborted, openFolder } from '../../support/open-dataset.ts'
import { readIndex, type Row } from '../../support/read-index.ts'
import { type TestEngine, makeFolder, openTestEngine, readSamples } from '../../support/test-engine.ts'
import { type ExpectedRow, expected, exportsFolder } from './expected.ts'

/** A sample in the terms of the readers; where it lies is another matter. */
type Content = Omit<Row, 'fileName' | 'locator' | 'sizeBytes'>

const answer = (given: readonly [string, number] | null) => given && { classes: [given[0]], probabilities: [given[1]] }

/** What the writers of all layouts put down in their own words. */
const common = ({ label, accepted_ids, split, background, outdoor, score, note }: ExpectedRow) => ({
  label,
  acceptedIds: accepted_ids,
  split,
  fields: { background, outdoor, score, note },
})

function ofFiftyone(row: ExpectedRow, at: number): Content {
  const { fields, ...rest } = common(row)
  const second = String(at).padStart(2, '0')
  return {
    ...rest,
    tags: row.tags,
    fields: {
      ...fields,
      ...(row.score_in_fiftyone === undefined ? {} : { score: null }),
      seed: at,
      taken_at: `2024-02-29T12:00:${second}.123Z`,
    },
    predictions: { model_a: answer(row.model_a), model_b: answer(row.model_b) },
  }
}

function ofParquet(row: ExpectedRow, at: number): Content {
  const { fields, label, ...rest } = common(row)
  const { taken_at } = ofFiftyone(row, at).fields
  const [best, probability] = row.model_a
  return {
    ...rest,
    label: row.label_in_parquet === -1 ? null : label,
    tags: [],
    // Numbers of 32 bits.
    fields: { ...fields, score: row.score === null ? null : Math.fround(row.score), taken_at: taken_at ?? null },
    predictions: {
      predictions: {
        classes: [best, expect.any(String)],
        probabilities: [Math.fround(probability), expect.any(Number)],
      },
    },
  }
}

function ofWebdataset(row: ExpectedRow): Content {
  const { fields, ...rest } = common(row)
  const { note, ...others } = fields
  const predictions = { model_a: answer(row.model_a), model_b: answer(row.model_b) }
  return { ...rest, tags: [], fields: { ...others, txt: note ?? '' }, predictions }
}

const layouts: Readonly<Record<string, (row: ExpectedRow, at: number) => Content>> = {
  'fiftyone-dataset': ofFiftyone,
  'fiftyone-dataset-dirs': ofFiftyone,
  'fiftyone-dataset-pushed': ofFiftyone,
  'fiftyone-tree': ({ label }) => ({ label, acceptedIds: null, split: null, tags: [], fields: {}, predictions: {} }),
  imagefolder: (row) => ({ ...common(row), tags: [], predictions: {} }),
  'parquet-hf': ofParquet,
  webdataset: ofWebdataset,
}

const names = Object.keys(layouts)
/** The part of a file name that every writer kept. */
const stemOf = (fileName: string) => path.posix.basename(fileName).replace(/\.[^.]*$/, '')
const rowOf = (fileName: string) => expected.rows.find((row) => stemOf(row.file_name) === stemOf(fileName))!
/** The order in which the pictures were drawn: by class, background and number. */
const drawn = expected.classes.flatMap((label) =>
  ['plain', 'stripes', 'dots'].flatMap((background) =>
    expected.rows
      .filter((row) => row.label === label && row.background === background)
      .sort((a, b) => Number(a.file_name.includes('1')) - Number(b.file_name.includes('1'))),
  ),
)
const sizeOf = ({ width, height }: ExpectedRow) => ({ width, height })
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function readBytes(tree: FileTree, { locator }: Row): Promise<Uint8Array> {
  if (locator.kind === 'file') return await tree.read(locator.path, 1 << 20, neverAborted)
  const file = await tree.open(locator.file, neverAborted)
  if (locator.kind === 'range') return await readPart(file, locator, neverAborted)
  return (await readParquetImage(file, locator.column, locator.row, neverAborted)) ?? new Uint8Array()
}

describe('the fixtures', () => {
  let engine: TestEngine
  let root: Awaited<ReturnType<typeof makeFolder>>

  beforeAll(async () => {
    root = await makeFolder()
    engine = await openTestEngine(path.join(root.folder, 'library'))
  })
  afterAll(async () => {
    await engine.close()
    await root.remove()
  })

  it.each(names)('[XR4] give what was written, sample by sample: %s', async (name) => {
    const rows = await readIndex(await openFolder(path.join(exportsFolder, name)))
    expect(rows.map(({ fileName }) => stemOf(fileName)).sort()).toEqual(
      expected.rows.map((row) => stemOf(row.file_name)).sort(),
    )
    for (const { fileName, locator: _locator, sizeBytes: _sizeBytes, ...content } of rows) {
      const row = rowOf(fileName)
      expect(content, fileName).toEqual(layouts[name]!(row, drawn.indexOf(row)))
    }
  })

  it.each(names.filter((name) => name !== 'webdataset'))('[XR4] keep every byte of the images: %s', async (name) => {
    const folder = path.join(exportsFolder, name)
    const tree = await createFolderTree(folder)
    for (const row of await readIndex(await openFolder(folder)))
      expect(sha256(await readBytes(tree, row)), row.fileName).toBe(rowOf(row.fileName).file_sha256)
  })

  it.each(['fiftyone-dataset', 'webdataset'])('[XR4] have the pixels that were drawn: %s', async (name) => {
    const folder = path.join(exportsFolder, name)
    const tree = await createFolderTree(folder)
    const decode = await createImageDecoder()
    const shards = new Map(expected.webdataset.map((entry) => [`${entry.key}.png`, entry.upright_rgb_sha256]))
    for (const row of await readIndex(await openFolder(folder))) {
      const wanted = shards.get(row.fileName) ?? rowOf(row.fileName).upright_rgb_sha256
      // JPEG files have no sum of their pixels.
      if (wanted === undefined) continue
      expect(sha256(onWhite(decode(await readBytes(tree, row)))), row.fileName).toBe(wanted)
    }
  })

  it('[XR4] have their upright size: parquet-hf, whose images an import does not look at', async () => {
    const folder = path.join(exportsFolder, 'parquet-hf')
    const tree = await createFolderTree(folder)
    const decode = await createImageDecoder()
    for (const row of await readIndex(await openFolder(folder))) {
      const { width, height } = decode(await readBytes(tree, row))
      expect({ width, height }, row.fileName).toEqual(sizeOf(rowOf(row.fileName)))
    }
  })

  it.each(names.filter((name) => name !== 'parquet-hf'))('[XR4] have their upright size: %s', async (name) => {
    const dataset = await engine.import(path.join(exportsFolder, name))
    const samples = await readSamples(engine, dataset)
    expect(samples).toHaveLength(24)
    for (const { file_name, width, height } of samples) {
      expect({ width, height }, String(file_name)).toEqual(sizeOf(rowOf(String(file_name))))
    }
  })
})

/** RGB of pixels as Pillow's alpha_composite puts them on white; Foible itself drops alpha, as the models' references do. */
function onWhite({ data, pixelBytes }: { readonly data: Uint8Array; readonly pixelBytes: 3 | 4 }): Uint8Array {
  if (pixelBytes === 3) return data
  return Uint8Array.from({ length: (data.length / 4) * 3 }, (_, i) => {
    const alpha = data[Math.floor(i / 3) * 4 + 3]!
    const value = data[Math.floor(i / 3) * 4 + (i % 3)]!
    return Math.round((value * alpha + 255 * (255 - alpha)) / 255)
  })
}
