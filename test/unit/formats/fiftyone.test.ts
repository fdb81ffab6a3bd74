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

  it('[FM62] may hold bare NaN and Infinity, also beside the words in strings', () => {
    expect(parseExtendedJson('{"a": NaN, "b": -Infinity, "c": "NaN \\"Infinity"}')).toEqual({
      a: null,
      b: null,
      c: 'NaN "Infinity',
    })
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

  it('[FM66] with values that Foible does not read lose them with a finding, and nothing else', async () => {
    const { rows, findings } = await readDocs([
      {
        filepath: 'data/a.png',
        boxes: { _cls: 'Detections', detections: [] },
        vector: { $binary: { base64: '', subType: '00' } },
        size: { _cls: 'Regression', value: 2.5 },
        text: 'x',
      },
    ])
    expect(rows[0]?.fields).toMatchObject({ size: 2.5, text: 'x' })
    expect(findings.get('unknown_type')?.count).toBeGreaterThanOrEqual(2)
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
