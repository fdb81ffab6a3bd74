import { describe, expect, it } from 'vitest'
import type { FileTree, ReadOptions } from '#formats/dataset-reader.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { openTree, readAll } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

async function read(files: Files, extra: Partial<FileTree> = {}, options: ReadOptions = readAll) {
  const index = await openTree({ ...createMemoryTree(files), ...extra }, options)
  const rows = await readIndex(index)
  return { index, rows, findings: new Map(index.findings().map((finding) => [finding.rule, finding])) }
}

describe('a table of images', () => {
  it('[TA1] is found by its values, whatever its columns are called', async () => {
    const { index, rows, findings } = await read({
      'pictures/a.jpg': '',
      'pictures/b.jpg': '',
      'list.csv': 'weird,note,Category\npictures/a.jpg,one,cat\npictures/b.jpg,two,dog\n',
    })
    expect(index).toMatchObject({
      format: 'table',
      reason: 'The folder holds list.csv, whose column “weird” names images.',
    })
    expect(index.labelField).toBe('Category')
    expect(rows).toMatchObject([
      { fileName: 'pictures/a.jpg', label: 'cat', fields: { note: 'one' } },
      { fileName: 'pictures/b.jpg', label: 'dog', fields: { note: 'two' } },
    ])
    expect([...findings.keys()]).toEqual([])
  })

  it('[TA1] is not one that tells of few of the images, or less of them than their folders', async () => {
    const format = async (files: Files) => (await read(files)).index.format
    const images = { 'cat/1.png': '', 'cat/2.png': '', 'cat/3.png': '', 'dog/4.png': '', 'dog/5.png': '' }
    expect(await format({ ...images, 'bad.csv': 'file,label\ncat/1.png,blurred\n' })).toBe('imagefolder')
    const scores = Object.keys(images).map((path) => `${path},0.5\n`)
    expect(await format({ ...images, 'scores.csv': `file,score\n${scores.join('')}` })).toBe('imagefolder')
    expect(await format({ ...images, 'truth.csv': `file,label\n${scores.join('')}` })).toBe('table')
    expect(await format({ 'a.png': '', 'metadata.csv': 'file_name\na.png\n', 'x.csv': 'file,label\na.png,1\n' })).toBe(
      'imagefolder',
    )
  })

  it('[TA2] starts from its own folder, from the root, from a column of folders, or finds the one image that fits', async () => {
    const { rows, findings } = await read({
      'img/x/1.png': '',
      'img/y/2.png': '',
      'img/y/3.png': '',
      'meta/4.png': '',
      'meta/list.csv': 'path,label\nimg/x/1.png,a\n2,b\n../img/y/3.png,c\n4.png,d\n',
    })
    expect(rows.map(({ fileName, label }) => [fileName, label])).toEqual([
      ['img/x/1.png', 'a'],
      ['img/y/2.png', 'b'],
      ['img/y/3.png', 'c'],
      ['meta/4.png', 'd'],
    ])
    expect(findings.get('found_elsewhere')).toMatchObject({
      count: 1,
      examples: ['meta/list.csv row 2: 2 is img/y/2.png'],
    })
    const rooted = await read({
      'a/1.png': '',
      'b/1.png': '',
      'list.tsv': 'data_dir\tname\tlabel\na\t1.png\tx\nb\t1.png\ty\n',
    })
    expect(rooted.rows).toMatchObject([
      { fileName: 'a/1.png', label: 'x', fields: {} },
      { fileName: 'b/1.png', label: 'y' },
    ])
  })

  it('[TA2] takes of several images the one in a folder that the table is named after, and none where that is unclear', async () => {
    const named = await read({
      'train/1.png': '',
      'test/1.png': '',
      'train.csv': 'id,label\n1.png,cat\n',
      'test.csv': 'id,label\n1.png,dog\n',
    })
    expect(named.rows.map(({ fileName, label, split }) => [fileName, label, split])).toEqual(
      [
        ['test/1.png', 'dog', 'test'],
        ['train/1.png', 'cat', 'train'],
      ].toReversed(),
    )
    const unclear = await read({
      'a/1.png': '',
      'b/1.png': '',
      'c/2.png': '',
      'x.csv': 'id,label\n1.png,x\nc/2.png,y\n',
    })
    expect(unclear.rows.map(({ fileName, sizeBytes }) => [fileName, sizeBytes])).toEqual([
      ['1.png', null],
      ['c/2.png', 0],
    ])
    expect(unclear.findings.get('ambiguous_path')?.count).toBe(1)
    expect(unclear.findings.get('file_not_listed')).toMatchObject({ count: 2, examples: ['a/1.png', 'b/1.png'] })
  })

  it('[TA3] keeps rows whose image is not there, and the first of several rows for one image', async () => {
    const { rows, findings } = await read({
      'a.png': 'bytes',
      'list.jsonl':
        '{"image": "a.png", "label": "x"}\n{"image": "gone/b.png", "label": "y"}\n{"image": "./a.png", "label": "z"}\n{"label": "w"}\n',
    })
    expect(rows.map(({ fileName, sizeBytes, label }) => [fileName, sizeBytes, label])).toEqual([
      ['a.png', 5, 'x'],
      ['gone/b.png', null, 'y'],
    ])
    expect(findings.get('duplicate_row')?.examples).toEqual(['a.png'])
    expect(findings.get('row_without_path')?.examples).toEqual(['list.jsonl row 4'])
  })

  it('[TA4] follows absolute paths only into its own folder, and no other path out of it', async () => {
    const bad = [
      '/etc/passwd.png',
      '../out.png',
      'C:\\\\x.png',
      'x/../../y.png',
      'http://host/z.png',
      '/data/set2/a.png',
    ]
    const { rows, findings } = await read(
      {
        'a.png': '',
        'b.png': '',
        'c.png': '',
        'list.jsonl': ['a.png', '/data/set/b.png', 'c.png', ...bad].map((path) => `{"path":"${path}"}\n`).join(''),
      },
      { root: '/data/set', chosen: 'list.jsonl' },
    )
    expect(rows.map(({ fileName }) => fileName)).toEqual(['a.png', 'b.png', 'c.png'])
    expect(findings.get('path_made_relative')?.examples).toEqual(['list.jsonl row 2: /data/set/b.png'])
    expect(findings.get('unsafe_path')?.count).toBe(bad.length)
  })

  it('[TA5] refuses images that are addresses on the web', async () => {
    await expect(read({ 'list.csv': 'url,label\nhttps://host/a.png,x\nhttps://host/b.png,y\n' })).rejects.toMatchObject(
      {
        code: 'unsupported_format',
        message: expect.stringContaining('web addresses') as string,
        details: { file: 'list.csv', example: 'https://host/a.png' },
      },
    )
  })

  it('[TA6] gives one split or so many samples as are asked for', async () => {
    const files = {
      'a.png': '',
      'b.png': '',
      'c.png': '',
      'list.csv': 'file,label,split\na.png,x,train\nb.png,y,test\nc.png,z,train\n',
    }
    expect((await read(files, {}, { ...readAll, split: 'train' })).rows.map(({ label }) => label)).toEqual(['x', 'z'])
    expect((await read(files, {}, { ...readAll, maxSamples: 1 })).rows).toHaveLength(1)
  })
})

describe('CSV as it comes', () => {
  const images = { 'a.png': '', 'b.png': '' }
  const labels = async (csv: string | Uint8Array, name = 'list.csv') => {
    const { rows, findings } = await read({ ...images, [name]: csv })
    return { labels: rows.map(({ label }) => label), fields: rows.map(({ fields }) => fields), findings }
  }

  it.each([
    ['commas and a byte order mark', '\uFEFFfile,label\na.png,"x, y"\nb.png,z\n'],
    ['semicolons', 'file;label\na.png;x, y\nb.png;z\n'],
    ['tabs', 'file\tlabel\r\na.png\tx, y\r\nb.png\tz\r\n'],
    ['bars', 'file|label\na.png|x, y\nb.png|z'],
    ['what Excel says', 'sep=;\nfile;label\na.png;x, y\nb.png;z\n'],
  ])('[TA10] reads %s', async (_name, csv) => {
    expect((await labels(csv)).labels).toEqual(['x, y', 'z'])
  })

  it('[TA10] reads UTF-16, as Excel’s “Unicode text”', async () => {
    const text = 'file\tlabel\r\na.png\tcafé\r\nb.png\tz\r\n'
    expect((await labels(Buffer.from(`\uFEFF${text}`, 'utf16le'))).labels).toEqual(['café', 'z'])
    expect((await labels(Buffer.from(`\uFEFF${text}`, 'utf16le').swap16())).labels).toEqual(['café', 'z'])
  })

  it('[TA11] reads cells that are not UTF-8 as Windows-1252, and names their lines', async () => {
    const csv = Buffer.concat([
      Buffer.from('file,label\na.png,caf'),
      Buffer.from([0xe9]),
      Buffer.from('\nb.png,naïve\n'),
    ])
    const read = await labels(csv)
    expect(read.labels).toEqual(['café', 'naïve'])
    expect(read.findings.get('not_utf8')).toMatchObject({ count: 1, examples: ['list.csv:2'] })
  })

  it('[TA12] names columns without a name, and those with one that is taken', async () => {
    const { fields, findings } = await labels('file,,label,label,label_2,\na.png,1,x,2,3,4\nb.png,1,y,2,3,4\n')
    expect(fields[0]).toEqual({ column_2: 1, label_3: 2, label_2: 3, column_6: 4 })
    expect(findings.get('column_renamed')?.examples).toEqual([
      'list.csv: column_2',
      'list.csv: label_3',
      'list.csv: column_6',
    ])
  })

  it('[TA13] skips rows of another length and names their lines; line breaks between quotes end no row', async () => {
    const read = await labels('file,label\na.png,"two\nlines"\nb.png\na.png,x,y\nb.png,z\n')
    expect(read.labels).toEqual(['two\nlines', 'z'])
    expect(read.findings.get('broken_row')).toMatchObject({ count: 2, examples: ['list.csv:4', 'list.csv:5'] })
  })

  it('[TA13] takes a quote within a cell for a character', async () => {
    expect((await labels('file,label\na.png,5" disc\nb.png,z\n')).labels).toEqual(['5" disc', 'z'])
  })
})
