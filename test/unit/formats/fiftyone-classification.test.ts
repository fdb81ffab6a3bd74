import { describe, expect, it } from 'vitest'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { openTree } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

async function read(files: Readonly<Record<string, string>>) {
  const index = await openTree(createMemoryTree(files))
  const rows = await readIndex(index)
  return { index, rows, findings: new Map(index.findings().map((finding) => [finding.rule, finding])) }
}

const images = { 'data/a.png': '', 'data/sub/b.jpg': '', 'data/c.png': '', 'data/d.png': '' }

describe('FiftyOneImageClassificationDataset', () => {
  it('[TA20] is known by its labels.json, or by fiftyone.yml', async () => {
    const labels = '{"classes": ["cat", "dog"], "labels": {"a": 0, "sub/b": 1, "c.png": null, "gone": 1}}'
    const { index, rows, findings } = await read({ ...images, 'labels.json': labels })
    expect(index).toMatchObject({
      format: 'fiftyone-classification',
      labelField: 'ground_truth',
      classes: ['cat', 'dog'],
      reason: 'labels.json gives classes and labels as FiftyOneImageClassificationDataset does.',
    })
    expect(rows.map(({ fileName, label, sizeBytes }) => [fileName, label, sizeBytes])).toEqual([
      ['data/a.png', 'cat', 0],
      ['data/sub/b.jpg', 'dog', 0],
      ['data/c.png', null, 0],
      ['data/gone', 'dog', null],
    ])
    expect(findings.get('file_not_listed')?.examples).toEqual(['data/d.png'])
    const named = await read({
      ...images,
      'labels.json': '{"labels": {"a": "cat"}}',
      'fiftyone.yml': 'format: fiftyone.types.FiftyOneImageClassificationDataset\n',
    })
    expect(named.index.reason).toContain('fiftyone.yml')
    expect(named.index.classes).toBeNull()
  })

  it('[TA21] makes confidence and attributes fields, and takes the first of several labels', async () => {
    const { rows, index, findings } = await read({
      ...images,
      'labels.json': JSON.stringify({
        classes: null,
        labels: {
          a: { label: 'cat', confidence: 0.5, attributes: { background: 'snow', odd: { x: 1 } } },
          'sub/b': [{ label: 'dog' }, { label: 'cat' }],
          c: [],
          d: 3,
        },
      }),
    })
    expect(rows.map(({ label, fields }) => [label, fields])).toEqual([
      ['cat', { confidence: 0.5, background: 'snow', odd: null }],
      ['dog', { confidence: null, background: null, odd: null }],
      [null, { confidence: null, background: null, odd: null }],
      ['3', { confidence: null, background: null, odd: null }],
    ])
    expect(index.fields).toContainEqual({ name: 'background', kind: null, role: 'nuisance' })
    expect(findings.get('further_labels')?.examples).toEqual(['sub/b'])
    expect(findings.get('unknown_type')?.examples).toEqual(['odd'])
  })

  it('[FO45] takes attributes by any name from the samples that have them, and from no other', async () => {
    const labels =
      '{"a": {"label": "cat", "attributes": {"__proto__": "x", "constructor": "y"}}, "c": {"label": "dog"}}'
    const index = await openTree(createMemoryTree({ ...images, 'labels.json': `{"labels": ${labels}}` }))
    const batches: unknown[] = []
    for await (const { fields } of index.batches) batches.push([...fields])
    expect(batches).toEqual([
      [
        ['__proto__', ['x', null]],
        ['constructor', ['y', null]],
      ],
    ])
  })

  it('[TA21] reports numbers beyond the classes, and keys that lead out', async () => {
    const { rows, findings } = await read({
      ...images,
      'labels.json': '{"classes": ["cat"], "labels": {"a": 7, "../a": 0, "/data/c": 0, "c": true, "__proto__": 0}}',
    })
    expect(rows.map(({ fileName, label }) => [fileName, label])).toEqual([
      ['data/a.png', null],
      ['data/c.png', null],
      ['data/__proto__', 'cat'],
    ])
    expect(findings.get('label_out_of_range')?.examples).toEqual(['a: 7'])
    expect(findings.get('unsafe_path')?.count).toBe(2)
  })

  it('[TA22] reads a labels.json in each split, and paths from a manifest', async () => {
    const { rows } = await read({
      'train/data/1.png': '',
      'train/labels.json': '{"classes": ["a"], "labels": {"1": 0}}',
      'validation/data/1.png': '',
      'validation/labels.json': '{"classes": ["a"], "labels": {"1": 0}}',
    })
    expect(rows.map(({ fileName, split }) => [fileName, split])).toEqual([
      ['train/data/1.png', 'train'],
      ['validation/data/1.png', 'validation'],
    ])
    const manifest = await read({
      'pictures/x.png': '',
      'data.json': '{"1": "pictures/x.png", "2": "/elsewhere/y.png"}',
      'labels.json': '{"classes": ["a"], "labels": {"1": 0, "2": 0}}',
    })
    expect(manifest.rows.map(({ fileName }) => fileName)).toEqual(['pictures/x.png'])
    expect(manifest.findings.get('unsafe_path')?.count).toBe(1)
  })

  it('[TA23] refuses labels that are cut off, or of another form', async () => {
    const refused = async (labels: string) =>
      await expect(read({ ...images, 'labels.json': labels })).rejects.toMatchObject({
        code: 'broken_file',
        details: { file: 'labels.json' },
      })
    await refused('{"classes": ["cat"], "labels": {"a": 0')
    await refused('{"classes": ["cat"], "labels": []}')
    await expect(read({ ...images, 'labels.json': '{"labels": {}}' })).rejects.toMatchObject({ code: 'empty_source' })
  })
})
