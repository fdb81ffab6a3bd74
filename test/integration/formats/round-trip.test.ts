import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldValue } from '#core/sample.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import type {
  ExportField,
  ExportMedia,
  ExportOptions,
  ExportSample,
  ExportSchema,
  MediaMode,
} from '#formats/export-sample.ts'
import { ownValue } from '#formats/column-values.ts'
import { readPart } from '#formats/read-part.ts'
import { writeExport } from '#formats/write-export.ts'
import { exportsFolder } from './expected.ts'
import { neverAborted, openFolder } from '../../support/open-dataset.ts'
import { readIndex, type Row } from '../../support/read-index.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

const formats = ['imagefolder', 'fiftyone', 'parquet', 'webdataset', 'csv'] as const
const createdAt = new Date('2026-01-02T03:04:05.678Z')
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

async function* iterate<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}

function optionsFor(folder: string, schema: ExportSchema, samples: readonly ExportSample[]): ExportOptions {
  return {
    folder,
    schema,
    samples: iterate(samples),
    media: 'copy',
    manifest: ({ samples: count }) => ({ count }),
    createdAt,
    signal: neverAborted,
  }
}

/** A sample as an export must give it back, in the terms of the readers. */
function toRow(sample: ExportSample, schema: ExportSchema): Omit<Row, 'locator' | 'sizeBytes'> {
  return {
    fileName: sample.fileName,
    split: sample.split,
    label: sample.label,
    acceptedIds: sample.acceptedIds,
    fields: Object.fromEntries(schema.fields.map(({ name }) => [name, ownValue(sample.fields, name)])),
    tags: sample.tags,
    predictions: Object.fromEntries(
      schema.models.map((model) => {
        const prediction = ownValue(sample.predictions, model)
        if (!prediction) return [model, null]
        const { ids, correct, ...rest } = prediction
        return [model, { ...rest, ...(ids.length > 0 ? { ids } : {}), ...(correct === null ? {} : { correct }) }]
      }),
    ),
  }
}

function comparable(rows: readonly Row[], schema: ExportSchema) {
  return rows
    .map(({ locator: _locator, sizeBytes: _sizeBytes, ...row }) => ({
      ...row,
      // A field or a model without a single value has no column in some formats.
      fields: Object.fromEntries(schema.fields.map(({ name }) => [name, ownValue(row.fields, name)])),
      predictions: Object.fromEntries(schema.models.map((name) => [name, ownValue(row.predictions, name)])),
    }))
    .sort(byName)
}

function byName(a: { readonly fileName: string }, b: { readonly fileName: string }): number {
  return a.fileName < b.fileName ? -1 : 1
}

async function expectRoundTrip(
  format: string,
  schema: ExportSchema,
  samples: readonly ExportSample[],
  media: MediaMode = 'copy',
): Promise<string> {
  const folder = path.join(await createTempFolder(), 'out')
  const summary = await writeExport(format, { ...optionsFor(folder, schema, samples), media })
  expect(summary.samples).toBe(samples.length)
  const index = await openFolder(folder)
  expect(index.format).toBe(format === 'csv' ? 'imagefolder' : format)
  expect(index.labelField).toBe(schema.labelField)
  expect(index.classes).toEqual(schema.classes)
  const rows = await readIndex(index)
  expect(comparable(rows, schema)).toEqual(samples.map((sample) => toRow(sample, schema)).sort(byName))
  const kinds = new Map(index.fields.map((field) => [field.name, field]))
  for (const field of schema.fields) expect(kinds.get(field.name)).toEqual(field)
  expect(index.findings()).toEqual([])
  return folder
}

async function toExport(folder: string): Promise<{ schema: ExportSchema; samples: ExportSample[] }> {
  const index = await openFolder(folder)
  const tree = await createFolderTree(folder)
  const rows = await readIndex(index)
  const media = ({ locator }: Row): ExportMedia =>
    locator.kind === 'file'
      ? { kind: 'path', path: path.join(folder, locator.path) }
      : {
          kind: 'bytes',
          read: async () => await readPart(await tree.open(locator.file, neverAborted), locator, neverAborted),
        }
  const samples = rows.map((row): ExportSample => ({
    ...row,
    media: media(row),
    predictions: Object.fromEntries(
      Object.entries(row.predictions).flatMap(([name, prediction]) =>
        prediction
          ? [
              [
                name,
                {
                  classes: prediction.classes.map(String),
                  ids: prediction.ids ?? [],
                  probabilities: prediction.probabilities,
                  correct: null,
                },
              ],
            ]
          : [],
      ),
    ),
  }))
  const schema: ExportSchema = {
    name: index.labelField,
    labelField: index.labelField,
    classes: index.classes ?? [...new Set(rows.map((row) => row.label ?? ''))].filter((label) => label !== '').sort(),
    fields: index.fields.map((field): ExportField => ({ ...field, kind: field.kind ?? 'text' })),
    models: [...new Set(rows.flatMap((row) => Object.keys(row.predictions)))],
    splits: [...new Set(rows.map((row) => row.split))],
    description: 'Drawn shapes',
    license: 'cc0-1.0',
  }
  return { schema, samples }
}

describe('exports', () => {
  for (const format of formats) {
    it.each(['imagefolder', 'fiftyone-dataset-pushed', 'parquet-hf'])(
      `[EX1] ${format} gives back every sample of %s`,
      async (name) => {
        const { schema, samples } = await toExport(path.join(exportsFolder, name))
        const folder = await expectRoundTrip(format, schema, samples)
        expect(JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8'))).toEqual({ count: 24 })
        const again = await toExport(folder)
        const bytesOf = async (sample: ExportSample | undefined) =>
          sample?.media.kind === 'path'
            ? await readFile(sample.media.path)
            : Buffer.from((await sample?.media.read()) ?? [])
        const byFile = new Map(again.samples.map((sample) => [sample.fileName, sample]))
        for (const sample of samples)
          expect((await bytesOf(byFile.get(sample.fileName))).equals(await bytesOf(sample))).toBe(true)
      },
    )

    it.each(['imagefolder', 'fiftyone-dataset-pushed', 'parquet-hf'])(
      `[EX9] ${format} without images gives back all else of %s`,
      async (name) => {
        const { schema, samples } = await toExport(path.join(exportsFolder, name))
        const folder = await expectRoundTrip(format, schema, samples, 'none')
        const batches = (await openFolder(folder)).batches
        for await (const { count, missing, sizesBytes, locators } of batches) {
          expect(missing).toEqual(new Array(count).fill(true))
          expect(sizesBytes).toEqual(new Array(count).fill(null))
          expect(new Set(locators.map(({ kind }) => kind))).toEqual(new Set(['file']))
        }
      },
    )

    it(`[EX10] ${format} keeps fields of which its samples have no value`, async () => {
      const { schema, samples } = await toExport(path.join(exportsFolder, 'imagefolder'))
      const bare = samples.map((sample): ExportSample => ({ ...sample, fields: {} }))
      await expectRoundTrip(format, schema, bare)
    })

    it(`[EX2] ${format} gives back awkward names and values`, async () => {
      await fc.assert(
        fc.asyncProperty(datasets, async ({ schema, samples }) => {
          await expectRoundTrip(format, schema, samples)
          await expectRoundTrip(format, schema, samples, 'none')
        }),
        { numRuns: 40, seed: 20_260_102 },
      )
    })
  }

  it('[EX3] refuses a folder with something in it, and leaves it alone', async () => {
    const folder = await createTempFolder()
    await writeFile(path.join(folder, 'mine.txt'), 'x')
    const { schema, samples } = await toExport(path.join(exportsFolder, 'imagefolder'))
    await expect(writeExport('csv', optionsFor(folder, schema, samples))).rejects.toMatchObject({
      code: 'already_exists',
    })
    expect(await readdir(folder)).toEqual(['mine.txt'])
  })

  it('[EX4] leaves nothing behind when it fails or is cancelled', async () => {
    const folder = await createTempFolder()
    const { schema, samples } = await toExport(path.join(exportsFolder, 'imagefolder'))
    const missing = samples.map((sample, i): ExportSample =>
      i === 20 ? { ...sample, media: { kind: 'path', path: '/nowhere.png' } } : sample,
    )
    await expect(writeExport('imagefolder', optionsFor(path.join(folder, 'a'), schema, missing))).rejects.toMatchObject(
      { code: 'not_found' },
    )
    const controller = new AbortController()
    const cancelled = {
      ...optionsFor(path.join(folder, 'b'), schema, samples),
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }
    await expect(writeExport('fiftyone', cancelled)).rejects.toMatchObject({ code: 'cancelled' })
    expect(await readdir(folder)).toEqual([])
  })

  it('[EX5] can do without images, or with links to them', async () => {
    const root = await createTempFolder()
    const { schema, samples } = await toExport(path.join(exportsFolder, 'imagefolder'))
    const none = await writeExport('imagefolder', {
      ...optionsFor(path.join(root, 'none'), schema, samples),
      media: 'none',
    })
    expect(none).toMatchObject({ files: 3, copied: 0, linked: 0 })
    await cp(path.join(exportsFolder, 'imagefolder'), path.join(root, 'source'), { recursive: true })
    const own = await toExport(path.join(root, 'source'))
    const linked = await writeExport('imagefolder', {
      ...optionsFor(path.join(root, 'linked'), schema, own.samples),
      media: 'link',
    })
    expect(linked).toMatchObject({ samples: 24, files: 27, copied: 0, linked: 24 })
  })

  it('[EX6] CSV cells keep separators, quotes and line breaks apart, and an empty text from a missing one', async () => {
    const folder = path.join(await createTempFolder(), 'out')
    const names = ['a;b', 'c,d', '[e]', 'say "hi"']
    const sample: ExportSample = {
      fileName: 'a.png',
      media: { kind: 'bytes', read: () => Promise.resolve(png) },
      label: 'a;b',
      acceptedIds: [3, 14],
      split: null,
      fields: { note: '' },
      tags: ['x;y', 'z'],
      predictions: { m: { classes: names, ids: [3, 1, 2, 0], probabilities: [0.5, null, 0.25, 0.1], correct: true } },
    }
    const schema: ExportSchema = {
      name: 'cells',
      labelField: 'label',
      classes: names,
      fields: [
        { name: 'note', kind: 'text', role: 'plain' },
        { name: 'more', kind: 'text', role: 'plain' },
      ],
      models: ['m'],
      splits: [null],
      description: null,
      license: null,
    }
    await writeExport('csv', optionsFor(folder, schema, [sample]))
    expect((await readFile(path.join(folder, 'metadata.csv'), 'utf8')).split('\r\n')).toEqual([
      'file_name,label,label_ids,split,note,more,tags,m:predicted_class,m:predicted_probability,m:correct,m:top_classes,m:top_ids,m:top_probabilities',
      'a.png,a;b,3;14,,"",,"[""x;y"",""z""]",a;b,0.5,true,"[""a;b"",""c,d"",""[e]"",""say \\""hi\\""""]",3;1;2;0,0.5;;0.25;0.1',
      '',
    ])
    await expectRoundTrip('csv', schema, [sample])
  })

  it('[EX7] gives an image without a known extension one that says what it is', async () => {
    const folder = path.join(await createTempFolder(), 'out')
    const { schema, samples } = await toExport(path.join(exportsFolder, 'imagefolder'))
    const nameless = samples.slice(0, 2).map((sample, i): ExportSample => ({
      ...sample,
      fileName: `train.parquet/${i}`,
      media: { kind: 'bytes', read: () => Promise.resolve(png) },
    }))
    await writeExport('imagefolder', optionsFor(folder, schema, nameless))
    expect((await readIndex(await openFolder(folder))).map((row) => row.fileName)).toEqual([
      'train.parquet/0.png',
      'train.parquet/1.png',
    ])
  })

  it('[EX8] an empty target folder may be there already', async () => {
    const folder = path.join(await createTempFolder(), 'out')
    await mkdir(folder)
    const { schema, samples } = await toExport(path.join(exportsFolder, 'imagefolder'))
    expect((await writeExport('imagefolder', optionsFor(folder, schema, samples))).samples).toBe(24)
  })
})

const awkwardText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'N',
    'no',
    'on',
    '1',
    '007',
    'null',
    'NaN',
    '',
    ' ',
    'a,b;c',
    'say "hi"',
    'line\nbreak',
    '{"$oid": "x"}',
    'ÿ\u2028',
    '-1',
    '[1]',
    'true',
  ),
)
const fieldNames = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    'class',
    'label',
    'split',
    'tags',
    'image',
    'file_name',
    'x_file_name',
    'accepted',
    'predictions',
    'top_k_classes',
    'a.b',
    '$x',
    '_id',
    'id',
    '__proto__',
    'constructor',
    'ground_truth',
  ),
)
const pathParts = fc.string({
  unit: fc.constantFrom(
    'a',
    'B',
    'é',
    'e\u0301',
    '漢',
    ' ',
    '(',
    '#',
    '%',
    '&',
    ';',
    ',',
    '"',
    "'",
    '+',
    '1',
    '😀',
    '[',
  ),
  minLength: 1,
  maxLength: 6,
})
const filePaths = fc
  .tuple(fc.array(pathParts, { maxLength: 2 }), pathParts, fc.constantFrom('.png', '.JPG', '.webp'))
  .map(([folders, name, ext]) =>
    // A leading letter: names that begin with a dot or end with a blank are another matter on some systems.
    [...folders.map((part) => `d${part}d`), `f${name}${ext}`].join('/'),
  )

const datasets = fc
  .record({
    names: fc.uniqueArray(filePaths, {
      minLength: 1,
      maxLength: 6,
      selector: (name) => name.normalize('NFC').toLowerCase(),
    }),
    classes: fc.uniqueArray(
      awkwardText.filter((text) => text !== ''),
      { minLength: 1, maxLength: 4 },
    ),
    fields: fc.uniqueArray(
      fc.record({
        name: fieldNames,
        kind: fc.constantFrom('category', 'text', 'number', 'boolean'),
        role: fc.constantFrom('nuisance', 'plain'),
      }),
      {
        maxLength: 4,
        selector: ({ name }) => name,
      },
    ),
    models: fc.uniqueArray(fieldNames, { maxLength: 2 }),
    splits: fc.uniqueArray(fc.constantFrom('train', 'test', 'my split', null), { minLength: 1, maxLength: 3 }),
  })
  .chain(({ names, classes, fields, models, splits }) =>
    fc
      .tuple(
        ...names.map((fileName) =>
          fc.record({
            fileName: fc.constant(fileName),
            label: fc.constantFrom(...classes, null),
            acceptedIds: fc.option(fc.uniqueArray(fc.nat(999), { minLength: 1, maxLength: 3 })),
            split: fc.constantFrom(...splits),
            tags: fc.uniqueArray(
              awkwardText.filter((text) => text !== ''),
              { maxLength: 3 },
            ),
            values: fc.tuple(...fields.map((field) => valuesOf(field.kind))),
            predictions: fc.tuple(...models.map(() => fc.option(predictionOf(classes)))),
          }),
        ),
      )
      .map((drafts) => ({
        schema: {
          name: 'awkward',
          labelField: 'label of it',
          classes,
          fields,
          models,
          splits: [...new Set(drafts.map(({ split }) => split))],
          description: null,
          license: null,
        } satisfies ExportSchema,
        samples: drafts.map(({ values, predictions, ...draft }): ExportSample => ({
          ...draft,
          media: { kind: 'bytes', read: () => Promise.resolve(png) },
          fields: Object.fromEntries(fields.map(({ name }, i) => [name, values[i] ?? null])),
          predictions: Object.fromEntries(
            models.flatMap((name, i) => (predictions[i] ? [[name, predictions[i]]] : [])),
          ),
        })),
      })),
  )

function valuesOf(kind: string): fc.Arbitrary<FieldValue> {
  if (kind === 'number')
    return fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    )
  if (kind === 'boolean') return fc.option(fc.boolean())
  return fc.option(awkwardText)
}

function predictionOf(classes: readonly string[]) {
  return fc.uniqueArray(fc.constantFrom(...classes, 'another'), { minLength: 1, maxLength: 5 }).chain((names) =>
    fc.record({
      classes: fc.constant(names),
      ids: fc.constantFrom<readonly number[]>(
        names.map((_, i) => i * 100),
        [],
      ),
      probabilities: fc.constant(names.map((_, i) => 1 / (i + 2))),
      correct: fc.constantFrom(true, false, null),
    }),
  )
}
