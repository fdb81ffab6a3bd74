import { describe, expect, it } from 'vitest'
import { collect } from '../../support/collect.ts'
import { makeTar, type TarPart } from '../../support/make-tar.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { openTree, readAll } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

type Files = Readonly<Record<string, string | readonly TarPart[]>>

async function read(files: Files, options = readAll) {
  const contents: Record<string, string | Uint8Array> = {}
  for (const [name, content] of Object.entries(files))
    contents[name] = typeof content === 'string' ? content : await makeTar(content)
  const index = await openTree(createMemoryTree(contents), options)
  const rows = await readIndex(index)
  return { index, rows, findings: new Map(index.findings().map((finding) => [finding.rule, finding])) }
}

const card = (features: string) => `---\ndataset_info:\n  features:\n${features}\n---\n`

describe('WebDataset shards', () => {
  it('[WD8] make one sample of consecutive members with one key, and another one when the key comes again', async () => {
    const { rows, findings } = await read({
      'a/000.tar': [
        ['k/1.cls', '0'],
        ['k/1.png', 'one'],
        ['k/2.png', 'two'],
        ['k/1.png', 'again'],
        ['k/1.png', 'and again'],
      ],
      'a/001.tar': [['k/1.png', 'elsewhere']],
    })
    expect(rows.map(({ fileName, sizeBytes }) => [fileName, sizeBytes])).toEqual([
      ['k/1.png', 3],
      ['k/2.png', 3],
      ['a/000/k/1.png', 5],
      ['a/000/k/1-2.png', 9],
      ['a/001/k/1-3.png', 9],
    ])
    expect(findings.get('duplicate_key')).toMatchObject({ count: 3, examples: ['a/000.tar: k/1', 'a/001.tar: k/1'] })
  })

  it('[WD8] split the key from the extension at the first dot of the last part', async () => {
    const { rows } = await read({
      'x.tar': [
        ['./v1.0/n.1.final.png', 'a'],
        ['./v1.0/n.txt', 'caption'],
      ],
    })
    expect(rows).toMatchObject([{ fileName: 'v1.0/n.1.final.png', fields: { txt: 'caption' } }])
  })

  it('[WD9] of class folders without any label have the folder as label, and say so', async () => {
    const { index, rows, findings } = await read({
      'x.tar': [
        ['set/dog/1.png', 'a'],
        ['set/cat/2.png', 'b'],
        ['set/cat/3.png', 'c'],
      ],
    })
    expect(index.classes).toEqual(['cat', 'dog'])
    expect(rows.map(({ label }) => label)).toEqual(['dog', 'cat', 'cat'])
    expect(findings.get('folder_labels')?.count).toBe(3)
    const uneven = await read({
      'x.tar': [
        ['a/1.png', 'a'],
        ['b/c/2.png', 'b'],
      ],
    })
    expect(uneven.rows.map(({ label }) => label)).toEqual([null, null])
    expect(
      (
        await read({
          'x.tar': [
            ['a/1.png', 'a'],
            ['a/2.png', 'b'],
          ],
        })
      ).rows[0]?.label,
    ).toBeNull()
  })

  const two: readonly TarPart[] = [
    ['1.png', 'a'],
    ['1.cls', '1\n'],
    ['2.png', 'b'],
    ['2.cls', '-1'],
  ]
  it('[WD10] take class names from the card, else from a list beside them, else the numbers', async () => {
    const features = card(
      "  - name: cls\n    dtype:\n      class_label:\n        names:\n          '0': N\n          '1': no",
    )
    const byCard = await read({ 'd/x.tar': two, 'README.md': features, 'classes.txt': 'x\ny\n' })
    expect([byCard.index.classes, byCard.rows.map(({ label }) => label)]).toEqual([
      ['N', 'no'],
      ['no', null],
    ])
    const byList = await read({ 'd/x.tar': two, 'd/classes.txt': 'x\r\ny z\r\n\n', 'classes.txt': 'p\nq' })
    expect([byList.index.labelField, byList.index.classes, byList.rows[0]?.label]).toEqual(['cls', ['x', 'y z'], 'y z'])
    const byNumber = await read({ 'd/x.tar': two.slice(0, 2) })
    expect([byNumber.index.classes, byNumber.rows[0]?.label]).toEqual([null, '1'])
    const byName = await read({
      'x.tar': [
        ['1.png', 'a'],
        ['1.cls', 'tabby cat\n'],
      ],
    })
    expect(byName.rows[0]?.label).toBe('tabby cat')
  })

  it('[WD10] count numbers beyond the names', async () => {
    const { rows, findings } = await read({ 'x.tar': two, 'labels.txt': 'only' })
    expect(rows.map(({ label }) => label)).toEqual([null, null])
    expect(findings.get('label_out_of_range')?.count).toBe(1)
  })

  it('[WD11] leave out a number that only numbers the label, and keep one that says more', async () => {
    const sample = (key: string, label: string, number: number): readonly TarPart[] => [
      [`${key}.png`, 'a'],
      [`${key}.json`, JSON.stringify({ label })],
      [`${key}.cls`, String(number)],
    ]
    const same = await read({ 'x.tar': [...sample('1', 'cat', 7), ...sample('2', 'dog', 3), ...sample('3', 'cat', 7)] })
    expect(same.rows.map(({ label, fields }) => [label, fields])).toEqual([
      ['cat', {}],
      ['dog', {}],
      ['cat', {}],
    ])
    const other = await read({ 'x.tar': [...sample('1', 'cat', 7), ...sample('2', 'cat', 3)] })
    expect(other.rows.map(({ label, fields }) => [label, fields])).toEqual([
      ['cat', { cls: 7 }],
      ['cat', { cls: 3 }],
    ])
  })

  it('[WD12] are of the split that their name or the card says, and of another one are not read', async () => {
    const shards = { 'train-0.tar': [['1.png', 'a']], 'val-0.tar': [['1.png', 'b']] } as const
    const both = await read(shards)
    expect(both.rows.map(({ split }) => split)).toEqual(['train', 'validation'])
    const one = await read(
      {
        ...shards,
        'train-0.tar': [
          ['1.png', 'a'],
          ['1', ''],
        ],
      },
      { ...readAll, split: 'validation' },
    )
    expect(one.rows.map(({ fileName, split }) => [fileName, split])).toEqual([['1.png', 'validation']])
    expect(one.findings.size).toBe(0)
    expect((await read(shards, { ...readAll, maxSamples: 1 })).rows).toHaveLength(1)
    const readme = '---\nconfigs:\n- config_name: default\n  data_files:\n  - split: extra\n    path: val-*.tar\n---\n'
    const listed = await read({ ...shards, 'README.md': readme })
    expect(listed.rows.map(({ split }) => split)).toEqual(['extra'])
    expect(listed.findings.get('outside_config')?.examples).toEqual(['train-0.tar'])
  })

  it('[WD13] keep a sample whose members Foible does not read, and say which', async () => {
    const { rows, findings } = await read({
      'x.tar': [
        ['1.seg.png', 'mask'],
        ['1.png', 'picture'],
        ['1.npy', 'x'],
        ['1.json', '{"a": '],
        ['1.txt', 'x'.repeat((1 << 20) + 1)],
        ['README', 'no extension'],
        ['2.json', '[1]'],
      ],
    })
    expect(rows.map(({ fileName, sizeBytes, fields }) => [fileName, sizeBytes, fields])).toEqual([['1.png', 7, {}]])
    expect([...findings].map(([rule, { examples }]) => [rule, examples])).toEqual([
      ['member_ignored', ['.npy', 'README']],
      ['member_broken', ['x.tar: 1.json', 'x.tar: 2.json']],
      ['member_too_large', ['x.tar: 1.txt']],
      ['second_image', ['.seg.png']],
      ['no_image_bytes', ['x.tar: 2']],
    ])
  })

  it('[WD7] never follow links, devices, or paths that lead out', async () => {
    const { rows, findings } = await read({
      'x.tar': [
        ['../1.png', 'a'],
        ['/2.png', 'b'],
        ['a\\3.png', 'c'],
        ['4.png', '', { type: 'symlink', linkname: '/etc/passwd' }],
        ['5.png', '', { type: 'link', linkname: '4.png' }],
        ['6.png', '', { type: 'fifo' }],
        ['folder', '', { type: 'directory' }],
        ['7.png', 'ok'],
      ],
    })
    expect(rows.map(({ fileName }) => fileName)).toEqual(['7.png'])
    expect(findings.get('unsafe_member')).toMatchObject({ count: 3 })
    expect(findings.get('archive_link')?.examples).toEqual(['x.tar: 4.png', 'x.tar: 5.png', 'x.tar: 6.png'])
  })

  it('[WD14] tell when the first samples differ in their members', async () => {
    const uneven = await read({
      'x.tar': [
        ['1.png', 'a'],
        ['1.cls', '0'],
        ['2.png', 'b'],
      ],
    })
    expect(uneven.findings.get('uneven_members')).toMatchObject({ count: 1, examples: ['x.tar'] })
    const even = await read({
      'x.tar': [
        ['1.png', 'a'],
        ['1.cls', '0'],
        ['2.cls', '1'],
        ['2.png', 'b'],
      ],
    })
    expect(even.findings.size).toBe(0)
  })

  it('[WD15] make fields of what JSON members say, also of keys that come late, and of answers a run', async () => {
    const first = Array.from({ length: 8192 }, (_, i): TarPart[] => [
      [`${i}.png`, ''],
      [
        `${i}.json`,
        JSON.stringify({ score: i / 2, place: 'beach', imagenet_ids: [1, 2], m: { label: 'cat', confidence: 0.5 } }),
      ],
    ])
    const { index, rows } = await read({
      'x.tar': [...first.flat(), ['late.png', ''], ['late.json', '{"place": "hill", "later": "x", "m": null}']],
    })
    expect(index.fields).toEqual([
      { name: 'score', kind: null, role: 'plain' },
      { name: 'place', kind: null, role: 'nuisance' },
    ])
    expect(rows[1]).toMatchObject({
      acceptedIds: [1, 2],
      fields: { score: 0.5, place: 'beach' },
      predictions: { m: { classes: ['cat'], probabilities: [0.5] } },
    })
    expect(rows[8192]).toMatchObject({
      acceptedIds: null,
      fields: { place: 'hill', later: 'x' },
      predictions: { m: null },
    })
  })

  it('[WD16] pass over what systems leave in archives', async () => {
    const { rows, findings } = await read({
      'x.tar': [
        ['._1.png', 'x'],
        ['__MACOSX/1.png', 'x'],
        ['__index__', 'x'],
        ['.hidden/1.png', 'x'],
        ['1.png', 'a'],
      ],
    })
    expect(rows.map(({ fileName }) => fileName)).toEqual(['1.png'])
    expect(findings.size).toBe(0)
  })

  it('[WD18] are the dataset where tables of the same names lie beside them', async () => {
    const { index } = await read({
      '00000.tar': [['1.png', 'a']],
      '00000.parquet': 'no table of images',
      '00000_stats.json': '{}',
    })
    expect(index.format).toBe('webdataset')
  })

  it('[WD17] without an image are refused', async () => {
    await expect(read({ 'x.tar': [['1.txt', 'a']] })).rejects.toMatchObject({ code: 'empty_source' })
    await expect(read({ 'x.tar': [] })).rejects.toMatchObject({ code: 'empty_source' })
  })

  it('[WD8] have names of their own, however often one key comes', async () => {
    const parts = Array.from({ length: 9000 }, (): TarPart => ['1.png', ''])
    const tree = createMemoryTree({ 'x.tar': await makeTar(parts) })
    const [batch] = await collect((await openTree(tree)).batches)
    expect(new Set(batch?.fileNames).size).toBe(8192)
  })
})
