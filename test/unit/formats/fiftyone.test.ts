import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseExtendedJson, simplifyExtended } from '#formats/extended-json.ts'
import { splitJsonArray } from '#formats/split-json-array.ts'
import { openTree } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'

const metadata = JSON.stringify({ version: '0.24.1', media_type: 'image', sample_fields: [] })

async function* chunk(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size))
}

async function split(text: string, size: number): Promise<unknown[]> {
  const values: unknown[] = []
  for await (const slice of splitJsonArray(chunk(text, size), 'samples', 'samples.json'))
    values.push(JSON.parse(slice.text))
  return values
}

async function readDocs(docs: readonly unknown[], files: readonly string[] = ['data/a.png', 'data/b.png']) {
  const tree = createMemoryTree({
    'metadata.json': metadata,
    'samples.json': JSON.stringify({ samples: docs }),
    ...Object.fromEntries(files.map((file) => [file, ''])),
  })
  const index = await openTree(tree)
  return {
    index,
    rows: await readIndex(index),
    findings: new Map(index.findings().map((finding) => [finding.rule, finding])),
  }
}

describe('samples.json', () => {
  it('[FM60] is cut into its objects wherever the chunks break', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
        fc.jsonValue(),
        fc.integer({ min: 1, max: 50 }),
        async (samples, other, size) => {
          expect(await split(JSON.stringify({ before: [other, 'samples'], samples, after: other }), size)).toEqual(
            JSON.parse(JSON.stringify(samples)),
          )
        },
      ),
      { seed: 7, numRuns: 200 },
    )
  })

  it('[FM61] that ends too early is refused with the byte at which the broken sample starts', async () => {
    await expect(split('{"samples": [{"a": 1}, {"b": ', 5)).rejects.toMatchObject({
      code: 'broken_file',
      details: { file: 'samples.json', position: 23 },
    })
    await expect(split('{"other": []}', 5)).rejects.toMatchObject({ code: 'broken_file' })
  })

  it('[FM62] may hold bare NaN and Infinity, and whole numbers of any length, also beside the words in strings', () => {
    const text =
      '{"a": NaN, "b": -Infinity, "c": "NaN \\"Infinity 12345678901234567", "d": 12345678901234567, "e": [9007199254740991]}'
    expect(parseExtendedJson(text)).toEqual({
      a: { $numberDouble: 'NaN' },
      b: { $numberDouble: '-Infinity' },
      c: 'NaN "Infinity 12345678901234567',
      d: { $numberLong: '12345678901234567' },
      e: [9007199254740991],
    })
    expect(simplifyExtended({ $numberDouble: '-Infinity' })).toBeNull()
  })

  it('[FO1] with brackets nested deeper than the limit is refused as such', async () => {
    const deep = '['.repeat(200) + ']'.repeat(200)
    expect(() => parseExtendedJson(deep)).toThrow(SyntaxError)
    expect(parseExtendedJson(JSON.stringify(deep))).toBe(deep)
    await expect(split(`{"samples": [{"a": ${deep}}]}`, 7)).rejects.toMatchObject({ code: 'too_large' })
  })

  it('[FO1] with a string of megabytes beside a bare NaN does not overflow the stack', () => {
    const long = 'x\\"y'.repeat(1_000_000)
    expect(parseExtendedJson(`{"a": NaN, "b": "${long}"}`)).toMatchObject({ a: { $numberDouble: 'NaN' } })
  })

  it('[FM63] spells dates, numbers and ids in several ways', () => {
    const iso = '2024-02-29T12:00:00.123Z'
    expect(simplifyExtended({ $date: iso })).toBe(iso)
    expect(simplifyExtended({ $date: Date.parse(iso) })).toBe(iso)
    expect(simplifyExtended({ $date: { $numberLong: String(Date.parse(iso)) } })).toBe(iso)
    expect(simplifyExtended({ $numberLong: '12' })).toBe(12)
    expect(simplifyExtended({ $numberDouble: 'NaN' })).toBeNull()
    expect(simplifyExtended({ $oid: 'ab' })).toBe('ab')
    expect(simplifyExtended({ $binary: { base64: '', subType: '00' } })).toBeUndefined()
  })
})

describe('sample documents', () => {
  it('[FM64] may have backslashes in their paths; absolute ones and those with .. are refused', async () => {
    const { rows, findings } = await readDocs([
      { filepath: 'data\\a.png', tags: [] },
      { filepath: '/data/b.png' },
      { filepath: '../data/b.png' },
    ])
    expect(rows.map((row) => row.fileName)).toEqual(['data/a.png'])
    expect(findings.get('unsafe_path')?.count).toBe(2)
    expect(findings.get('file_not_listed')?.examples).toEqual(['data/b.png'])
  })

  it('[FM65] without ground_truth get their label from the first Classification that is no prediction and no nuisance', async () => {
    const label = (text: string, more = {}) => ({ _cls: 'Classification', label: text, ...more })
    const { index, rows } = await readDocs([
      {
        filepath: 'data/a.png',
        background: label('sky'),
        guess: label('dog', { confidence: 0.5 }),
        kind: label('cat'),
      },
      { filepath: 'data/b.png', background: label('sea'), kind: label('dog') },
    ])
    expect(index.labelField).toBe('kind')
    expect(rows.map((row) => row.label)).toEqual(['cat', 'dog'])
    expect(rows.map((row) => row.fields['background'])).toEqual(['sky', 'sea'])
    expect(rows.map((row) => row.predictions['guess'])).toEqual([{ classes: ['dog'], probabilities: [0.5] }, null])
  })

  it('[FM66] with values that Foible does not read are read without them, with a finding', async () => {
    const { index, rows, findings } = await readDocs([
      {
        filepath: 'data/a.png',
        boxes: { _cls: 'Detections', detections: [] },
        vector: { $binary: { base64: '', subType: '00' } },
        list: [1, 2],
        size: { _cls: 'Regression', value: 2.5 },
        text: 'x',
      },
      { filepath: 'data/b.png', text: ['y'] },
    ])
    expect(rows.map(({ fields }) => fields)).toEqual([
      { size: 2.5, text: 'x' },
      { size: null, text: null },
    ])
    expect(index.fields.map(({ name }) => name)).toEqual(['size', 'text'])
    expect(findings.get('kept_type')).toMatchObject({
      count: 4,
      examples: ['boxes: Detections', 'vector', 'list', 'text'],
    })
  })

  it('[FO2] have their label in ground_truth even where it has a confidence; other labels with one are answers', async () => {
    const { index, rows } = await readDocs([
      {
        filepath: 'data/a.png',
        label: { _cls: 'Classification', label: 'dog', confidence: 0.5 },
        ground_truth: { _cls: 'Classification', label: 'cat', confidence: 1 },
      },
    ])
    expect(index.labelField).toBe('ground_truth')
    expect(rows[0]).toMatchObject({ label: 'cat', predictions: { label: { classes: ['dog'], probabilities: [0.5] } } })
  })

  it('[FO3] with Classifications for a label have one where there is one, and none where there are several', async () => {
    const labels = (...names: readonly string[]) => ({
      _cls: 'Classifications',
      classifications: names.map((label) => ({ _cls: 'Classification', label })),
    })
    const { rows, findings } = await readDocs([
      { filepath: 'data/a.png', ground_truth: labels('cat') },
      { filepath: 'data/b.png', ground_truth: labels('cat', 'dog') },
    ])
    expect(rows.map((row) => row.label)).toEqual(['cat', null])
    expect(findings.get('several_labels')?.count).toBe(1)
  })

  it('[FO4] of more fields than the limit are refused', async () => {
    const doc = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`field${i}`, i]))
    await expect(readDocs([{ filepath: 'data/a.png', ...doc }])).rejects.toMatchObject({ code: 'too_large' })
  })

  it('[FM67] take their split from a tag, which stays a tag', async () => {
    const { rows } = await readDocs([
      { filepath: 'data/a.png', tags: ['odd', 'val'] },
      { filepath: 'data/b.png', tags: [] },
    ])
    expect(rows.map(({ split: own, tags }) => [own, tags])).toEqual([
      ['validation', ['odd', 'val']],
      [null, []],
    ])
  })

  it('[FM68] are samples without an image where none of them has one', async () => {
    const { rows, findings } = await readDocs([{ filepath: 'data/x.png' }, { filepath: '../y.png' }])
    expect(rows).toMatchObject([{ fileName: 'data/x.png', sizeBytes: null }])
    expect(findings.has('row_without_file')).toBe(false)
    const some = await readDocs([{ filepath: 'data/x.png' }, { filepath: 'data/a.png' }])
    expect(some.rows).toMatchObject([{ fileName: 'data/a.png' }])
    expect(some.findings.get('row_without_file')?.count).toBe(1)
    await expect(readDocs([{ filepath: '../y.png' }])).rejects.toMatchObject({ code: 'empty_source' })
  })
})

describe('metadata.json', () => {
  it('[FM69] of another medium, or too old to have a version, is refused', async () => {
    const open = (text: string) =>
      openTree(createMemoryTree({ 'metadata.json': text, 'samples.json': '{"samples": []}' }))
    await expect(open('{"name": "x"}')).rejects.toMatchObject({ code: 'unsupported_format' })
    await expect(open('{"version": "1.0.0", "media_type": "video"}')).rejects.toMatchObject({
      code: 'unsupported_format',
    })
    await expect(open('{"version": ')).rejects.toMatchObject({ code: 'broken_file' })
  })
})
