// How long it takes to index large datasets, and how much memory: a million Parquet rows, a samples.json of a gigabyte, a
// hundred thousand files in folders. Prints figures, asserts nothing. node test/bench/import.bench.ts [scale, e.g. 0.1]
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { once } from 'node:events'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { createRandom } from './synthetic-library.ts'

const scale = Number(process.argv[2] ?? 1)
const random = createRandom(11)
const pick = (size: number) => Math.floor(random() ** 2 * size)

interface Figures {
  readonly samples: number
  readonly wallMs: number
  readonly cpuMs: number
  readonly peakMb: number
}

const root = await mkdtemp(path.join(tmpdir(), 'foible-bench-'))
try {
  const parquet = await makeFolder('parquet', (folder) => writeParquetRows(folder, 1_000_000 * scale, 100_000))
  report('Parquet rows', '10 s, 500 MB', importOnce(parquet))
  await rm(parquet, { recursive: true })
  const oneGroup = await makeFolder('one-group', (folder) => writeParquetRows(folder, 1_000_000 * scale, Infinity))
  report('Parquet rows, one row group', '10 s, 500 MB', importOnce(oneGroup))
  await rm(oneGroup, { recursive: true })
  const documents = await makeFolder('fiftyone', (folder) => writeDocuments(folder, 1e9 * scale))
  report('FiftyOne documents', '300 MB', importOnce(documents))
  await rm(documents, { recursive: true })
  const files = await makeFolder('files', (folder) => writeFiles(folder, 100_000 * scale))
  report('files in folders', '20 s', importOnce(files))
} finally {
  await rm(root, { recursive: true, force: true })
}

async function makeFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(root, name)
  await mkdir(folder)
  await fill(folder)
  return folder
}

function importOnce(folder: string): Figures {
  const program = fileURLToPath(new URL('./import-once.ts', import.meta.url))
  const library = path.join(root, 'library')
  return JSON.parse(execFileSync(process.execPath, [program, library, folder], { encoding: 'utf8' })) as Figures
}

function report(what: string, aim: string, { samples, wallMs, cpuMs, peakMb }: Figures): void {
  console.log(
    `${`${samples} ${what}`.padEnd(40)} ${(wallMs / 1000).toFixed(2)} s (${(cpuMs / 1000).toFixed(2)} s of CPU), ` +
      `${((samples / wallMs) * 1000).toFixed(0)} a second, peak ${peakMb.toFixed(0)} MB (aim: ${aim})`,
  )
}

/** As `datasets` writes them: image struct with a few bytes, ClassLabel, three categories, a number, a truth value. */
async function writeParquetRows(folder: string, rows: number, groupRows: number): Promise<void> {
  const names = Array.from({ length: 1000 }, (_, i) => `class ${i}`)
  const texts = (name: string) => Array.from({ length: 50 }, (_, i) => `${name} ${i}`)
  const categories = { background: texts('background'), texture: texts('texture'), place: texts('place') }
  const info = { features: { image: { _type: 'Image' }, label: { _type: 'ClassLabel', names } } }
  const optional = { repetition_type: 'OPTIONAL' as const }
  const text = { type: 'BYTE_ARRAY' as const, converted_type: 'UTF8' as const, ...optional }
  const writer = new ParquetWriter({
    writer: fileWriter(path.join(folder, 'train-00000-of-00001.parquet')),
    schema: [
      { name: 'schema', num_children: 7, repetition_type: 'REQUIRED' },
      { name: 'image', num_children: 2, ...optional },
      { name: 'bytes', type: 'BYTE_ARRAY', ...optional },
      { name: 'path', ...text },
      { name: 'label', type: 'INT64', ...optional },
      ...Object.keys(categories).map((name) => ({ name, ...text })),
      { name: 'score', type: 'DOUBLE', ...optional },
      { name: 'outdoor', type: 'BOOLEAN', ...optional },
    ],
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info }) }],
  })
  const step = Math.min(rows, groupRows)
  for (let start = 0; start < rows; start += step) {
    const fill = <T>(make: (row: number) => T) => Array.from({ length: step }, (_, i) => make(start + i))
    writer.write({
      columnData: [
        {
          name: 'image',
          data: fill((row) => ({
            bytes: Uint8Array.of(0xff, 0xd8, row),
            path: `images/${String(row).padStart(8, '0')}.jpg`,
          })),
          codec: 'UNCOMPRESSED',
        },
        { name: 'label', data: fill(() => BigInt(Math.floor(random() * names.length))) },
        ...Object.entries(categories).map(([name, values]) => ({ name, data: fill(() => values[pick(50)]) })),
        { name: 'score', data: fill(() => random()) },
        { name: 'outdoor', data: fill(() => random() < 0.6) },
      ],
      rowGroupSize: step,
    })
  }
  await writer.finish()
}

/** A label, a model's answer, a number and boxes a document, as FiftyOne writes them; the images are not there. */
async function writeDocuments(folder: string, bytes: number): Promise<void> {
  const fields = { version: '1.8.0', media_type: 'image', default_classes: ['cat', 'dog', 'bird'], sample_fields: [] }
  await writeFile(path.join(folder, 'metadata.json'), JSON.stringify(fields))
  const stream = createWriteStream(path.join(folder, 'samples.json'))
  stream.write('{"samples": [')
  const hex = (n: number) => n.toString(16).padStart(24, '6b026a40')
  const label = (id: number, more: object) => ({ _id: { $oid: hex(id) }, _cls: 'Classification', tags: [], ...more })
  let written = 0
  for (let i = 0; written < bytes; i++) {
    const doc = JSON.stringify({
      _id: { $oid: hex(i) },
      filepath: `data/data_${Math.floor(i / 1000)}/${String(i).padStart(9, '0')}.jpg`,
      tags: ['train'],
      _media_type: 'image',
      _rand: random(),
      ground_truth: label(i * 8, { label: fields.default_classes[pick(3)] }),
      model: label(i * 8 + 1, { label: fields.default_classes[pick(3)], confidence: random() }),
      score: random(),
      boxes: {
        _cls: 'Detections',
        detections: Array.from({ length: 3 }, (_, box) => ({
          ...label(i * 8 + 2 + box, { label: 'thing' }),
          _cls: 'Detection',
          bounding_box: [random(), random(), random(), random()],
        })),
      },
      created_at: { $date: '2026-02-14T12:17:55.940Z' },
      last_modified_at: { $date: '2026-02-14T12:17:55.940Z' },
      metadata: { _cls: 'ImageMetadata', size_bytes: 1000 + i, mime_type: 'image/jpeg', width: 512, height: 640 },
    })
    written += doc.length + 2
    if (!stream.write(i === 0 ? doc : `, ${doc}`)) await once(stream, 'drain')
  }
  stream.end(']}')
  await once(stream, 'close')
}

/** Class folders with tiny files that begin and end as PNG files do. */
async function writeFiles(folder: string, files: number): Promise<void> {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg==',
    'base64',
  )
  for (let start = 0; start < files; start += 1000) {
    const inner = path.join(folder, `class ${String(start / 1000).padStart(3, '0')}`)
    await mkdir(inner)
    await Promise.all(
      Array.from({ length: Math.min(1000, files - start) }, (_, i) => writeFile(path.join(inner, `${i}.png`), png)),
    )
  }
}
