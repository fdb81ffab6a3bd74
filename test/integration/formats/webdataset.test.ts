import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createImageDecoder } from '#models/preprocess/decode-image.ts'
import type { ExportOptions, ExportSample, ExportSchema } from '#formats/export-sample.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { readPart } from '#formats/read-part.ts'
import { listTarMembers } from '#formats/tar-members.ts'
import { writeWebdataset } from '#formats/write-webdataset.ts'
import { collect } from '../../support/collect.ts'
import { neverAborted, openFolder } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { expected, exportsFolder } from './expected.ts'

const folder = path.join(exportsFolder, 'webdataset')

describe('the WebDataset of the real writer', () => {
  it('[WD1] gives labels, ids, fields, predictions and splits', async () => {
    const index = await openFolder(folder)
    const rows = await readIndex(index)
    expect(index.format).toBe('webdataset')
    expect(index.classes).toEqual(expected.classes)
    expect(rows.map(({ fileName }) => fileName.replace(/\.png$/, '')).sort()).toEqual(
      expected.webdataset.map(({ key }) => key).sort(),
    )
    for (const row of rows) {
      const wanted = expected.rows.find(({ file_name: name }) => nameOf(name) === nameOf(row.fileName))!
      expect(row).toMatchObject({
        label: wanted.label,
        acceptedIds: wanted.accepted_ids,
        split: wanted.split,
        fields: { background: wanted.background, outdoor: wanted.outdoor, score: wanted.score, txt: wanted.note ?? '' },
      })
      for (const model of ['model_a', 'model_b'] as const) {
        const answer = wanted[model]
        expect(row.predictions[model]).toEqual(answer && { classes: [answer[0]], probabilities: [answer[1]] })
      }
    }
    expect(Object.keys(rows[0]?.fields ?? {}).sort()).toEqual(['background', 'outdoor', 'score', 'txt'])
    expect(index.findings()).toEqual([])
  })

  it('[WD1] holds the pixels where its samples say', async () => {
    const tree = await createFolderTree(folder)
    const decode = await createImageDecoder()
    const sums = new Map(expected.webdataset.map(({ key, upright_rgb_sha256: sum }) => [key, sum]))
    for (const { locator, fileName } of await readIndex(await openFolder(folder))) {
      if (locator.kind !== 'range') throw new Error(`${fileName} is no range`)
      const file = await tree.open(locator.file, neverAborted)
      const { data, pixelBytes } = decode(await readPart(file, locator, neverAborted))
      // One picture has transparent pixels, which the fixture puts on white and Foible does not.
      if (fileName === 'plain/circle-plain-0.png') continue
      const rgb = data.filter((_, i) => i % pixelBytes < 3)
      expect(createHash('sha256').update(rgb).digest('hex')).toBe(sums.get(fileName.replace(/\.png$/, '')))
    }
  })
})

/** The part of a name that the writers of all formats kept. */
function nameOf(file: string): string {
  return path.posix.basename(file).replace(/\.[^.]*$/, '')
}

const schema: ExportSchema = {
  name: 'shards',
  labelField: 'label',
  classes: ['a', 'b'],
  fields: [],
  models: [],
  splits: ['train', 'test'],
  description: null,
  license: null,
}

function sample(fileName: string, split = 'train', label: string | null = 'b'): ExportSample {
  const media = { kind: 'bytes', read: () => Promise.resolve(Uint8Array.from([0x89, 0x50, 0x4e, 0x47])) } as const
  return { fileName, media, label, acceptedIds: null, split, fields: {}, tags: [], predictions: {} }
}

async function write(samples: readonly ExportSample[], media: ExportOptions['media'] = 'copy'): Promise<string> {
  const target = path.join(await createTempFolder(), 'out')
  await writeWebdataset({
    folder: target,
    schema,
    samples: (async function* () {
      yield* samples
    })(),
    media,
    manifest: () => ({}),
    createdAt: new Date('2026-01-02T03:04:05Z'),
    signal: neverAborted,
  })
  return target
}

async function membersOf(target: string, shard: string) {
  const file = await (await createFolderTree(target)).open(shard, neverAborted)
  return await collect(listTarMembers(file, shard, ({ name }) => name.endsWith('.cls'), neverAborted))
}

describe('exported shards', () => {
  it('[WD20] hold 10,000 samples at most, of one split each', async () => {
    const many = Array.from({ length: 10_001 }, (_, i) => sample(`${i}.png`, i === 7 ? 'test' : 'train'))
    const target = await write(many, 'none')
    expect((await readdir(target)).sort()).toEqual([
      'README.md',
      'classes.txt',
      'manifest.json',
      'test-0000.tar',
      'train-0000.tar',
    ])
    const more = await write([...many, sample('last.png')], 'none')
    expect(await membersOf(more, 'train-0001.tar')).toHaveLength(2)
    expect(
      (await readIndex(await openFolder(more))).map(({ split }) => split).filter((split) => split === 'test'),
    ).toHaveLength(1)
  })

  it('[WD21] have keys without a dot, unique, and safe for other readers', async () => {
    const names = ['d.1/a.b.png', 'd.1/a_b.png', 'd.1/a_b.jpg', '.x/.y.png', '__m__/z.png', 'a\\b.png', 'no extension']
    const target = await write(names.map((name) => sample(name)))
    const members = (await membersOf(target, 'train-0000.tar')).map(({ name }) => name)
    expect(members.filter((name) => /\.(?:png|jpg)$/.test(name))).toEqual([
      'd.1/a_b.png',
      'd.1/a_b-1.png',
      'd.1/a_b-2.jpg',
      '_x/_y.png',
      '_m__/z.png',
      'a_b.png',
      'no extension.png',
    ])
    const rows = await readIndex(await openFolder(target))
    expect(rows.map(({ fileName }) => fileName)).toEqual(names.map((name) => name.replace('\\', '/')))
  })

  it('[WD21] say the class by number, -1 for none, and name the classes beside them', async () => {
    const target = await write([sample('1.png'), sample('2.png', 'train', null)])
    const numbers = (await membersOf(target, 'train-0000.tar')).flatMap(({ content }) => content ?? [])
    expect(numbers.map((content) => new TextDecoder().decode(content))).toEqual(['1', '-1'])
    expect(await readFile(path.join(target, 'classes.txt'), 'utf8')).toBe('a\nb\n')
    expect((await readIndex(await openFolder(target))).map(({ label }) => label)).toEqual(['b', null])
  })
})
