import { describe, expect, it } from 'vitest'
import type { ReadOptions } from '#formats/dataset-reader.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { openTree, readAll } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

async function read(files: Readonly<Record<string, string>>, options: ReadOptions = readAll) {
  const index = await openTree(createMemoryTree(files), options)
  const rows = await readIndex(index)
  return { index, rows, findings: new Map(index.findings().map((finding) => [finding.rule, finding])) }
}

const card = (yaml: string) => ({ 'README.md': `---\n${yaml}\n---\n` })

describe('metadata of an image folder', () => {
  it('[TA40] lie beside or above the images; the folders of those with metadata are no labels', async () => {
    const { rows, index } = await read({
      'train/cat/1.png': '',
      'train/dog/2.png': '',
      'train/metadata.csv': 'file_name,caption\ncat/1.png,one\ndog/2.png,two\n',
      'test/cat/3.png': '',
      'test/cat/metadata.csv': 'file_name,caption\n3.png,three\n',
    })
    expect(index.labelField).toBe('label')
    expect(rows.map(({ fileName, label, split, fields }) => [fileName, label, split, fields['caption']])).toEqual([
      ['train/cat/1.png', null, 'train', 'one'],
      ['train/dog/2.png', null, 'train', 'two'],
      ['test/cat/3.png', null, 'test', 'three'],
    ])
  })

  it('[TA41] of two kinds are refused by their names', async () => {
    const files = {
      'a/1.png': '',
      'b/2.png': '',
      'a/metadata.csv': 'file_name\n1.png\n',
      'b/metadata.jsonl': '{"file_name":"2.png"}\n',
    }
    await expect(read(files)).rejects.toMatchObject({
      code: 'broken_file',
      details: { file: 'b/metadata.jsonl', first: 'a/metadata.csv' },
    })
    // Another configuration's files speak for none of the images that are read.
    const { rows } = await read({
      ...files,
      ...card('configs:\n- config_name: default\n  data_files: "a/**"\n- config_name: b\n  data_files: "b/**"'),
    })
    expect(rows.map(({ fileName }) => fileName)).toEqual(['a/1.png'])
  })

  it('[TA42] may name further images by other columns, which are no samples', async () => {
    const { rows, findings, index } = await read({
      'in/1.png': '',
      'mask/1.png': '',
      'views/1a.png': '',
      'metadata.jsonl':
        '{"file_name":"in/1.png","mask_file_name":"mask/1.png","view_file_names":["views/1a.png"],"label":"x"}\n',
    })
    expect(rows).toMatchObject([{ fileName: 'in/1.png', label: 'x', fields: {} }])
    expect(index.fields).toEqual([])
    expect(findings.get('image_of_other_column')).toMatchObject({ count: 2, examples: ['mask/1.png', 'views/1a.png'] })
    expect(findings.has('file_without_row')).toBe(false)
  })

  it('[TA43] may name several images a row, or have a first column of images of another name', async () => {
    const several = await read({
      'a.png': '',
      'b.png': '',
      'metadata.jsonl': '{"file_names":["a.png","b.png","../c.png"],"label":"x"}\n{"file_names":[],"label":"y"}\n',
    })
    expect(several.rows.map(({ fileName, label }) => [fileName, label])).toEqual([
      ['a.png', 'x'],
      ['b.png', 'x'],
    ])
    expect(several.findings.get('row_of_several_images')?.count).toBe(1)
    expect(several.findings.get('unsafe_path')?.count).toBe(1)
    const other = await read({ 'a.png': '', 'metadata.csv': 'photo_file_name,label\na.png,x\n' })
    expect(other.rows).toMatchObject([{ fileName: 'a.png', label: 'x' }])
  })

  it('[TA44] are left alone where the card says so', async () => {
    const { rows, index } = await read({
      'cat/1.png': '',
      'dog/2.png': '',
      'metadata.csv': 'file_name,label\ncat/1.png,x\n',
      ...card('configs:\n- config_name: default\n  drop_metadata: true'),
    })
    expect(index.fields).toEqual([])
    expect(rows.map(({ label }) => label)).toEqual([null, null])
  })
})

describe('the card of an image folder', () => {
  const tree = {
    'photos/train/cat/1.png': '',
    'photos/test/dog/2.png': '',
    'sketches/cat/3.png': '',
    'sketches/dog/4.png': '',
  }
  const splits = async (yaml: string) => {
    const { rows, findings } = await read({ ...tree, ...card(yaml) })
    return { rows: rows.map(({ fileName, split, label }) => [fileName, split, label]), findings }
  }

  it('[TA50] chooses the default configuration, and the others are named', async () => {
    const photos = await splits(
      'configs:\n- config_name: sketches\n  data_dir: sketches\n- config_name: photos\n  data_dir: ./photos/\n  default: true',
    )
    expect(photos.rows).toEqual([
      ['photos/train/cat/1.png', 'train', 'cat'],
      ['photos/test/dog/2.png', 'test', 'dog'],
    ])
    expect(photos.findings.get('other_config')?.examples).toEqual(['sketches'])
    expect(photos.findings.get('outside_config')?.count).toBe(2)
  })

  it.each([
    [
      'a text',
      'data_files: "sketches/**"',
      [
        ['sketches/cat/3.png', 'train', 'cat'],
        ['sketches/dog/4.png', 'train', 'dog'],
      ],
    ],
    [
      'a list',
      'data_files: ["photos/train/**", "sketches/dog/*"]',
      [
        ['photos/train/cat/1.png', 'train', null],
        ['sketches/dog/4.png', 'train', null],
      ],
    ],
    [
      'a map',
      'data_files: {train: "sketches/cat/*", held: ["sketches/dog/*"]}',
      [
        ['sketches/cat/3.png', 'train', 'cat'],
        ['sketches/dog/4.png', 'held', 'dog'],
      ],
    ],
    [
      'a list of splits',
      'data_files: [{split: a, path: "**/cat/3.*"}, {split: b, path: ["sketches/d*/*"]}]',
      [
        ['sketches/cat/3.png', 'a', 'cat'],
        ['sketches/dog/4.png', 'b', 'dog'],
      ],
    ],
    [
      'patterns below a folder',
      'data_dir: sketches\n  data_files: {train: "cat/*", test: "dog/**"}',
      [
        ['sketches/cat/3.png', 'train', 'cat'],
        ['sketches/dog/4.png', 'test', 'dog'],
      ],
    ],
  ])('[TA51] gives the files of each split as %s', async (_name, yaml, expected) => {
    expect((await splits(`configs:\n- config_name: default\n  ${yaml}`)).rows).toEqual(expected)
  })

  it('[TA52] decides about the folders’ names: drop_labels', async () => {
    const labels = async (yaml: string) => (await splits(yaml)).rows.map(([, , label]) => label)
    expect(await labels('configs:\n- config_name: default\n  data_dir: sketches\n  drop_labels: true')).toEqual([
      null,
      null,
    ])
    expect(
      await labels('configs:\n- config_name: default\n  data_files: "photos/train/**"\n  drop_labels: false'),
    ).toEqual(['cat'])
  })

  it('[TA53] tells how many samples there are, of a split and of all', async () => {
    const yaml =
      'dataset_info:\n  splits:\n  - name: train\n    num_bytes: 1\n    num_examples: 40\n  - name: test\n    num_examples: 2'
    const count = async (options: Partial<ReadOptions>, text = yaml) =>
      (
        await openTree(createMemoryTree({ 'train/a.png': '', 'test/b.png': '', ...card(text) }), {
          ...readAll,
          ...options,
        })
      ).cardSamples
    expect(await count({})).toBe(42)
    expect(await count({ split: 'test' })).toBe(2)
    expect(await count({ split: 'other' })).toBeUndefined()
    expect(await count({ maxSamples: 1 })).toBeUndefined()
    expect(await count({}, 'license: mit')).toBeUndefined()
  })

  it('[TA54] that cannot be read is passed over and reported', async () => {
    expect((await splits('configs: [')).findings.get('broken_card')?.count).toBe(1)
    expect((await splits('license: mit')).findings.has('broken_card')).toBe(false)
  })
})
