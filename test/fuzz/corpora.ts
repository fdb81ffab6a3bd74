// What is damaged: the test fixtures, and small datasets of the layouts that have none. Written once for each process.
import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { drawPng } from '../support/doubles/draw-png.ts'
import { writeWaterbirds } from '../support/doubles/backgrounds.ts'
import { writeImagenetX, writeObjectNet } from '../support/doubles/factors.ts'
import { writeImagenetD } from '../support/doubles/imagenet-d.ts'
import { validationName, writeMultiLabels, writeReal, writeValidation } from '../support/doubles/imagenet-folders.ts'
import { makeTar } from '../support/make-tar.ts'
import { makeZip } from '../support/make-zip.ts'

const fixtures = path.resolve(import.meta.dirname, '../fixtures')
const ids = [0, 1, 207]

/** Writes the corpus into a new folder. */
type WriteCorpus = (folder: string) => Promise<unknown>

const writers: Readonly<Record<string, WriteCorpus>> = {
  ...Object.fromEntries(
    [
      'fiftyone-dataset',
      'fiftyone-dataset-dirs',
      'fiftyone-dataset-pushed',
      'imagefolder',
      'parquet-hf',
      'webdataset',
    ].map((name): [string, WriteCorpus] => [name, copyOf(`exports/${name}`)]),
  ),
  'fiftyone-classification': withImages('exports/fiftyone-classification', 'data'),
  'fiftyone-coco': withImages('exports/fiftyone-coco', 'data'),
  'parquet-codecs': copyOf('parquet', (name) => !name.endsWith('.py') && !name.endsWith('README.md')),
  'imagenet-d': (folder) =>
    writeImagenetD({ folder, layout: 'zcs15', counts: { background: 4, texture: 2, material: 2 } }),
  'imagenet-d-voxel51': (folder) =>
    writeImagenetD({ folder, layout: 'voxel51', counts: { background: 4, texture: 2, material: 2 } }),
  'imagenet-val': async (folder) => {
    await writeValidation(folder, 8, ids)
    await writeMultiLabels(folder, 8, ids)
    await writeImagenetX(folder, 8, ids)
  },
  'imagenet-real': async (folder) => {
    await writeValidation(folder, 8, ids)
    await writeReal(folder, ids)
  },
  waterbirds: (folder) => writeWaterbirds(folder, 12),
  objectnet: (folder) => writeObjectNet(folder, { others: 1, overlapping: 3, mappings: true }),
  'table-csv': table('list.csv', (rows) => toCsv(rows, ',')),
  'table-tsv': table('list.tsv', (rows) => toCsv(rows, '\t')),
  'table-jsonl': table('list.jsonl', toJsonLines),
  'folder-jsonl': table('metadata.jsonl', toJsonLines),
  'folder-parquet': async (folder) => {
    await writeImages(folder)
    await writeFile(path.join(folder, 'metadata.parquet'), toParquet(rows))
  },
  'zip-folder': async (folder) => {
    const parts = await Promise.all(
      rows.map(async (row, i) => ({ name: row.file_name, content: await drawPng(i, i, i) })),
    )
    const metadata = { name: 'metadata.csv', content: toCsv(rows, ',') }
    await write(folder, 'set.zip', makeZip([metadata, ...parts]))
    await write(folder, 'stored.zip', makeZip([metadata, ...parts].map((part) => ({ ...part, isStored: true }))))
  },
  'tar-gnu': async (folder) => {
    const long = `${'long/'.repeat(40)}0001`
    await write(
      folder,
      'train.tar',
      await makeTar([
        ['a/0001.png', await drawPng(1, 1, 1)],
        [
          'a/0001.json',
          JSON.stringify({ label: 'cat', cls: 3, score: 0.5, model: { label: 'dog', confidence: 0.25 } }),
        ],
        [`${long}.png`, await drawPng(2, 2, 2), { pax: { path: `${long}.png` } }],
        [`${long}.json`, JSON.stringify({ label: 'dog', cls: 4, tags: ['x'] }), { pax: { path: `${long}.json` } }],
        ['b', '', { type: 'directory' }],
        ['b/0002.cls', '7'],
        ['b/0002.jpg', await readFile(path.join(fixtures, 'models/decode/grey.jpg'))],
        ['b/0003.png', '', { type: 'symlink', linkname: '../../etc/passwd' }],
      ]),
    )
  },
  pictures: async (folder) => {
    await copyOf('models/decode')(folder)
    const reference = path.join(fixtures, 'models/reference')
    for (const name of ['3-grey-187x143.png', '4-exif6-213x320.jpg'])
      await cp(path.join(reference, name), path.join(folder, name))
    for (const [name, bytes] of Object.entries(rarePictures)) await write(folder, name, bytes)
    await write(folder, 'plain.avif', await new Transformer(await drawPng(1, 1, 1)).avif({ speed: 10 }))
  },
  arrays: async (folder) => {
    for (const [name, header, data] of arrays) await write(folder, name, toNpy(header, data))
  },
  models: copyOf('models/awkward'),
  joined: (folder) => {
    const names = [...rows.map((row) => row.file_name), ...[1, 2, 3, 4].map(validationName)]
    return write(
      folder,
      'metadata.csv',
      toCsv(
        names.map((file_name, i) => ({ file_name, label: ['cat', 'dog'][i % 2]! })),
        ',',
      ),
    )
  },
  sidecars: async (folder) => {
    const named = rows.map((row, i) => ({ ...row, id: i + 1, background: ['wall', 'sky'][i % 2]!, score: i / 4 }))
    await write(folder, 'factors.csv', toCsv(named, ','))
    await write(folder, 'factors.tsv', toCsv(named, '\t'))
    await write(folder, 'factors.jsonl', toJsonLines(named))
    await write(folder, 'factors.json', JSON.stringify(named))
    await write(folder, 'factors.parquet', toParquet(named))
    await write(folder, 'real.json', JSON.stringify([[1], [2, 3], [], [4]]))
    const problems = { [validationName(2)]: { reason: 'drawing' } }
    const annotations = { [validationName(1)]: { correct: ['n01440764'], wrong: ['n00000000'], unclear: [] } }
    const multi = { initial_annots: annotations, problematic_images: problems, imagenet_m: [validationName(3)] }
    await write(folder, 'multi.json', JSON.stringify(multi))
    const mistake = { top_prediction: 192, 'failure category': 'Fine-grained error', 'failure severity': 'Minor' }
    await write(folder, 'vit3b_mistakes.json', JSON.stringify({ [validationName(1)]: mistake }))
  },
  predictions: async (folder) => {
    const plain = rows.map(({ file_name }, i) => ({
      file_name,
      predicted_class: i,
      predicted_probability: 1 / (i + 1),
    }))
    await write(folder, 'plain.csv', toCsv(plain, ','))
    await write(folder, 'plain.jsonl', toJsonLines(plain))
    const trials = rows.map(({ file_name }, i) => ({
      subj: 'subject-01',
      session: 1,
      trial: i + 1,
      rt: 0.5,
      object_response: i === 2 ? 'na' : 'cat',
      category: 'cat',
      condition: 0,
      imagename: `0001_cue_dnn_00_cat_00_${path.posix.basename(file_name)}`,
    }))
    await write(folder, 'trials.csv', toCsv(trials, ','))
    const top = rows.map(({ file_name }, i) => ({
      file_name,
      classes: [i, i + 1, i + 2],
      probabilities: [0.5, 0.25, 0.1],
    }))
    await write(
      folder,
      'top.parquet',
      toParquet(top, { classes: 'top_k_classes', probabilities: 'top_k_probabilities' }),
    )
    await write(
      folder,
      'top.jsonl',
      toJsonLines(top.map((row) => ({ file_name: row.file_name, top_k_classes: row.classes }))),
    )
    const scores = rows.map(({ file_name }, i) => ({ file_name, logits: [i, 1, -1] }))
    await write(folder, 'logits.parquet', toParquet(scores))
  },
  'label-maps': async (folder) => {
    await write(folder, 'map.csv', 'class,ids\ncat,281;282\n"dog, small",207\nnothing,\n')
    await write(folder, 'named.csv', 'class;labels\ncat;tabby\ndog;n02099601\n')
    await write(folder, 'map.json', JSON.stringify({ cat: [281, 282], dog: 'golden retriever', none: null }))
  },
}

const rows = Array.from({ length: 8 }, (_, i) => ({
  file_name: `${i % 2 === 0 ? 'cat' : 'dog'}/${i}${i === 3 ? ' é' : ''}.png`,
  label: i % 2 === 0 ? 'cat' : 'dog',
  shade: i / 4,
  note: i === 5 ? 'a "quoted", text' : `no. ${i}`,
}))

const rarePictures: Readonly<Record<string, Uint8Array>> = {
  'plain.gif': Buffer.from('R0lGODlhAgACAIAAAP8AAAAA/ywAAAAAAgACAAACAkRRADs=', 'base64'),
  'plain.ppm': Buffer.from(`P6 2 2 255\n${'abcabcabcabc'}`),
  'plain.pgm': Buffer.from('P2 2 2 255\n1 2 3 4\n'),
  'plain.qoi': Buffer.from('716f6966000000020000000204 00feff0000c20000000000000001'.replaceAll(' ', ''), 'hex'),
  'plain.ff': Buffer.concat([Buffer.from('farbfeld'), Buffer.from([0, 0, 0, 1, 0, 0, 0, 1]), Buffer.alloc(8, 9)]),
  'plain.hdr': Buffer.from('#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\x01\x02\x03\x04', 'latin1'),
}

const arrays: readonly (readonly [name: string, header: string, data: Uint8Array])[] = [
  ['logits.npy', "{'descr': '<f4', 'fortran_order': False, 'shape': (4,), }", Buffer.alloc(16, 1)],
  ['mask.npy', "{'descr': '|b1', 'fortran_order': False, 'shape': (2, 3), }", Buffer.from([1, 0, 1, 0, 1, 0])],
  ['turned.npy', "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2), }", Buffer.from([0, 1, 0, 2, 0, 3, 0, 4])],
]

export const corpora: ReadonlyMap<string, WriteCorpus> = new Map(Object.entries(writers))

function copyOf(fixture: string, wants: (name: string) => boolean = () => true): WriteCorpus {
  return async (folder) => {
    const from = path.join(fixtures, fixture)
    await cp(from, folder, { recursive: true, filter: (name) => name === from || wants(name) })
  }
}

/** The labels of an export whose images are those of the FiftyOneDataset. */
function withImages(fixture: string, images: string): WriteCorpus {
  return async (folder) => {
    await copyOf(fixture)(folder)
    await cp(path.join(fixtures, 'exports/fiftyone-dataset/data'), path.join(folder, images), { recursive: true })
  }
}

function table(name: string, format: (of: typeof rows) => string): WriteCorpus {
  return async (folder) => {
    await writeImages(folder)
    await write(folder, name, format(rows))
  }
}

async function writeImages(folder: string): Promise<void> {
  for (const [i, { file_name }] of rows.entries()) await write(folder, file_name, await drawPng(i, i % 2, i % 3))
}

async function write(folder: string, name: string, content: string | Uint8Array): Promise<void> {
  const file = path.join(folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, content)
}

function toCsv(table: readonly object[], delimiter: string): string {
  const cell = (value: unknown) =>
    /[",\t]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)
  const header = Object.keys(table[0] ?? {}).join(delimiter)
  return [header, ...table.map((row) => Object.values(row).map(cell).join(delimiter)), ''].join('\n')
}

function toJsonLines(table: readonly object[]): string {
  return table.map((row) => `${JSON.stringify(row)}\n`).join('')
}

function toParquet(table: readonly object[], names: Readonly<Record<string, string>> = {}): Uint8Array {
  const columnData = Object.keys(table[0] ?? {}).map((key) => ({
    name: names[key] ?? key,
    data: table.map((row): unknown => row[key as keyof typeof row]),
  }))
  return new Uint8Array(parquetWriteBuffer({ columnData }))
}

function toNpy(header: string, data: Uint8Array): Uint8Array {
  const text = header.padEnd(117)
  const start = Buffer.from(`\x93NUMPY\x01\0\x76\0${text}\n`, 'latin1')
  return Buffer.concat([start, data])
}

/** All files of a folder, relative, in path order. */
export async function listFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  return files.map((file) => path.relative(folder, file).replaceAll(path.sep, '/')).sort()
}
