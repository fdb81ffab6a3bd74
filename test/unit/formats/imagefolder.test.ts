import { describe, expect, it } from 'vitest'
import { openTree, readAll } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'

async function read(files: Readonly<Record<string, string>>, options = readAll) {
  const index = await openTree(createMemoryTree(files), options)
  const rows = await readIndex(index)
  return { index, rows, findings: new Map(index.findings().map((finding) => [finding.rule, finding])) }
}

describe('metadata files', () => {
  it('[FM30] types CSV columns as a whole: numbers, truth values, and text where one cell is neither', async () => {
    const { rows } = await read({
      'a.png': '',
      'b.png': '',
      'metadata.csv': 'file_name,n,flag,zip,mixed,gap\r\na.png,1.5,TRUE,007,1,\r\nb.png,-2e3,false,123,x,nan\r\n',
    })
    expect(rows.map((row) => row.fields)).toEqual([
      { n: 1.5, flag: true, zip: '007', mixed: '1', gap: null },
      { n: -2000, flag: false, zip: '123', mixed: 'x', gap: 'nan' },
    ])
  })

  it('[FM31] keeps images without a row, skips rows without an image, and counts both', async () => {
    const { rows, findings } = await read({
      'a.png': '',
      'b.png': '',
      'metadata.jsonl': '{"file_name": "a.png", "label": "x"}\n{"file_name": "gone.png", "label": "y"}\n',
    })
    expect(rows.map(({ fileName, label }) => [fileName, label])).toEqual([
      ['a.png', 'x'],
      ['b.png', null],
    ])
    expect(findings.get('file_without_row')).toMatchObject({ count: 1, examples: ['b.png'] })
    expect(findings.get('row_without_file')).toMatchObject({ count: 1, examples: ['metadata.jsonl row 2: gone.png'] })
  })

  it('[FM44] keeps rows where none has an image, and those of an export', async () => {
    const rowsOfCsv = 'file_name,label,split\na/1.png,x,test\nb/2.png,y,train\na/1.png,z,test\n'
    const none = await read({ 'metadata.csv': rowsOfCsv })
    expect(none.rows).toMatchObject([
      { fileName: 'a/1.png', label: 'x', split: 'test', sizeBytes: null },
      { fileName: 'b/2.png', label: 'y', split: 'train' },
    ])
    expect([...none.findings.keys()]).toEqual(['duplicate_row'])
    const schema = '{"version":1,"label_field":"label","fields":[],"classes":null,"models":[],"media_prefix":""}'
    const exported = await read({
      'README.md': `---\nfoible: ${schema}\n---\n`,
      'metadata.csv': rowsOfCsv,
      'b/2.png': 'bytes',
    })
    expect(exported.rows.map(({ fileName, sizeBytes }) => [fileName, sizeBytes])).toEqual([
      ['b/2.png', 5],
      ['a/1.png', null],
    ])
  })

  it('[FM45] takes flat columns of predictions for predictions, with a schema or without', async () => {
    const { rows } = await read({
      'a.png': '',
      'b.png': '',
      'metadata.csv':
        'file_name,m:predicted_class,m:predicted_probability,n:top_classes,n:top_ids,n:top_probabilities,n:correct\n' +
        'a.png,cat,0.5,x;y,7;8,0.75;,TRUE\nb.png,,,,,,\n',
    })
    expect(rows.map(({ predictions }) => predictions)).toEqual([
      {
        m: { classes: ['cat'], probabilities: [0.5] },
        n: { classes: ['x', 'y'], probabilities: [0.75, null], ids: [7, 8], correct: true },
      },
      { m: null, n: null },
    ])
    expect(rows[0]?.fields).toEqual({})
  })

  it('[FM32] names the line of a row that cannot be read, and reads the others', async () => {
    const { rows, findings } = await read({
      'a.png': '',
      'metadata.jsonl': '{"file_name": "x\n{"file_name": "a.png", "label": "ok"}\n[1]\n',
    })
    expect(rows[0]?.label).toBe('ok')
    expect(findings.get('broken_row')).toMatchObject({ count: 2, examples: ['metadata.jsonl:1', 'metadata.jsonl:3'] })
  })

  it('[FM33] lets the first of several rows count', async () => {
    const { rows, findings } = await read({ 'a.png': '', 'metadata.csv': 'file_name,label\na.png,x\na.png,y\n' })
    expect(rows.map((row) => row.label)).toEqual(['x'])
    expect(findings.get('duplicate_row')?.count).toBe(1)
  })

  it('[FM34] follows no path out of the dataset', async () => {
    const bad = ['../a.png', '/a.png', 'C:\\\\a.png', 'http://x/a.png', 'x/../../a.png']
    const { rows, findings } = await read({
      'a.png': '',
      'metadata.jsonl': [...bad, './/a.png'].map((name) => `{"file_name": "${name}", "label": "x"}\n`).join(''),
    })
    expect(findings.get('unsafe_path')?.count).toBe(bad.length)
    expect(rows).toMatchObject([{ fileName: 'a.png', label: 'x' }])
  })

  it('[FM35] finds names whose accents are spelt in another Unicode form', async () => {
    const { rows, findings } = await read({
      'cafe\u0301.png': '',
      'metadata.csv': 'file_name,label\ncaf\u00e9.png,x\n',
    })
    expect(rows).toMatchObject([{ fileName: 'cafe\u0301.png', label: 'x' }])
    expect(findings.get('name_normalized')?.count).toBe(1)
  })

  it('[FM36] a file without the column file_name is refused with its name', async () => {
    await expect(read({ 'a.png': '', 'metadata.csv': 'caption,label\nnice,x\n' })).rejects.toMatchObject({
      code: 'broken_file',
      details: { file: 'metadata.csv' },
    })
  })

  it('[FM37] a CSV file with an open quote is refused with its line', async () => {
    await expect(read({ 'a.png': '', 'metadata.csv': 'file_name,label\na.png,"x\n' })).rejects.toMatchObject({
      code: 'broken_file',
      details: { file: 'metadata.csv', position: 2 },
    })
  })

  it('[FM38] reads accepted ids from lists and from text', async () => {
    const { rows } = await read({
      'a.png': '',
      'b.png': '',
      'c.png': '',
      'metadata.jsonl':
        '{"file_name":"a.png","label_ids":[1,2]}\n{"file_name":"b.png","label_ids":"3;4"}\n{"file_name":"c.png","label_ids":null}\n',
    })
    expect(rows.map((row) => row.acceptedIds)).toEqual([[1, 2], [3, 4], null])
  })

  it('[FM39] turns numbers into names where the card has a ClassLabel, and leaves the class N a text', async () => {
    const { rows, index } = await read({
      'a.png': '',
      'b.png': '',
      'c.png': '',
      'README.md':
        "---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n          '10': late\n          '0': N\n          '1': no\n---\n",
      'metadata.csv': 'file_name,label\na.png,0\nb.png,1\nc.png,-1\n',
    })
    expect(index.classes).toEqual(['N', 'no', 'late'])
    expect(rows.map((row) => row.label)).toEqual(['N', 'no', null])
  })
})

describe('folders', () => {
  it('[FM40] are labels only if there are two and all images lie at one depth', async () => {
    const labels = async (...paths: string[]) =>
      (await read(Object.fromEntries(paths.map((path) => [path, ''])))).rows.map((row) => row.label)
    expect(await labels('cat/a.png', 'dog/b.png')).toEqual(['cat', 'dog'])
    expect(await labels('cat/a.png', 'cat/b.png')).toEqual([null, null])
    expect(await labels('cat/a.png', 'deep/dog/b.png')).toEqual([null, null])
  })

  it('[FM41] name splits only where every image lies in one: a class called train is a class', async () => {
    const splits = async (...paths: string[]) =>
      (await read(Object.fromEntries(paths.map((path) => [path, ''])))).rows.map(({ split, label }) => [split, label])
    expect(await splits('train/cat/a.png', 'validation/dog/b.png')).toEqual([
      ['train', 'cat'],
      ['validation', 'dog'],
    ])
    expect(await splits('cat/a.png', 'train/b.png')).toEqual([
      [null, 'cat'],
      [null, 'train'],
    ])
  })

  it('[FM42] skip what is no image, and say so', async () => {
    const { rows, findings } = await read({
      'a/x.png': '',
      'b/y.jpeg': '',
      'b/notes.txt': '',
      'README.md': 'no card',
      LICENSE: '',
    })
    expect(rows).toHaveLength(2)
    expect(findings.get('not_an_image')).toMatchObject({ count: 1, examples: ['b/notes.txt'] })
  })

  it('[FM43] with one file name in two folders are reported', async () => {
    expect((await read({ 'a/x.png': '', 'b/x.png': '' })).findings.get('duplicate_name')?.count).toBe(1)
  })
})

describe('what cannot be imported', () => {
  it('[FM50] an empty folder is refused with the way out', async () => {
    await expect(read({ 'notes.txt': '' })).rejects.toMatchObject({
      code: 'empty_source',
      message: expect.stringContaining('choose a folder with images') as string,
    })
  })

  it('[FM51] layouts that Foible knows and does not read are refused by name', async () => {
    await expect(read({ 'train-0000.tfrecord': '' })).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringContaining('TFRecord') as string,
    })
    await expect(read({ 'fiftyone.yml': 'format: COCODetectionDataset\n', 'a.png': '' })).rejects.toMatchObject({
      code: 'unsupported_format',
    })
  })

  it('[FM52] fiftyone.yml wins over everything else that lies there', async () => {
    const { index, rows } = await read({
      'fiftyone.yml': 'format: ImageClassificationDirectoryTree\n',
      'data/cat/a.png': '',
      'data/dog/b.png': '',
      '_unlabeled/c.png': '',
    })
    expect(index.format).toBe('fiftyone-tree')
    expect(rows.map((row) => row.label)).toEqual(['data', 'data', null])
  })
})
