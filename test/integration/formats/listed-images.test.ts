import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { openFolder, openTree } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { openTestEngine } from '../../support/test-engine.ts'
import { expected, exportsFolder } from './expected.ts'

const png = readFileSync(path.join(exportsFolder, 'fiftyone-dataset/data/n-plain-0.png'))

async function writeFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await createTempFolder()
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true })
    await writeFile(path.join(folder, name), content)
  }
  return folder
}

describe('labels that FiftyOne’s own exporters wrote', () => {
  const images = Object.fromEntries(
    readdirSync(path.join(exportsFolder, 'fiftyone-dataset/data')).map((name) => [`data/${name}`, '']),
  )
  const read = async (name: string) => {
    const labels = readFileSync(path.join(exportsFolder, name, 'labels.json'), 'utf8')
    const index = await openTree(createMemoryTree({ ...images, 'labels.json': labels }))
    return { index, rows: new Map((await readIndex(index)).map((row) => [path.basename(row.fileName), row])) }
  }

  it('[TA24] are read from FiftyOneImageClassificationDataset, with confidence and attributes', async () => {
    const { index, rows } = await read('fiftyone-classification')
    expect(index.format).toBe('fiftyone-classification')
    expect(rows.size).toBe(24)
    for (const { file_name, model_a, background } of expected.rows) {
      const [label, confidence] = model_a
      expect(rows.get(file_name)).toMatchObject({ label, fields: { confidence, background } })
    }
    expect(index.findings()).toEqual([])
  })

  it('[TA34] are read from COCODetectionDataset', async () => {
    const { index, rows } = await read('fiftyone-coco')
    expect(index).toMatchObject({ format: 'coco', classes: expected.classes.toSorted() })
    expect(rows.size).toBe(24)
    for (const { file_name, label } of expected.rows) expect(rows.get(file_name)).toMatchObject({ label, fields: {} })
    expect(index.findings()).toEqual([])
  })
})

describe('a chosen file', () => {
  it('[TA7] speaks for the images of its folder, and other tables there do not', async () => {
    const folder = await writeFolder({
      'img/a.png': png,
      'img/b.png': png,
      'one.csv': 'image,label\nimg/a.png,x\n',
      'two.csv': 'image,label\nimg/b.png,y\n',
    })
    const index = await openFolder(path.join(folder, 'one.csv'))
    const rows = await readIndex(index)
    expect(index.reason).toBe('There is one.csv, whose column “image” names images.')
    expect(rows).toMatchObject([{ fileName: 'img/a.png', label: 'x', sizeBytes: png.length }])
    const absolute = await writeFolder({ 'a.png': png })
    await writeFile(path.join(absolute, 'list.csv'), `path,label\n${absolute}/a.png,x\n${folder}/img/b.png,y\n`)
    const followed = await openFolder(path.join(absolute, 'list.csv'))
    expect((await readIndex(followed)).map(({ fileName }) => fileName)).toEqual(['a.png'])
    expect(followed.findings().map(({ rule, count }) => [rule, count])).toEqual([
      ['path_made_relative', 1],
      ['unsafe_path', 1],
    ])
  })

  it('[TA8] is imported under its own name, with its images copied if that is asked for', async () => {
    const folder = await writeFolder({
      'img/a.png': png,
      'img/b.png': png,
      'my list.csv': 'image,label\nimg/a.png,x\n',
    })
    const engine = await openTestEngine(await createTempFolder())
    try {
      const dataset = await engine.import(path.join(folder, 'my list.csv'), { copy: true })
      expect(await engine.call('datasets.open', { dataset })).toMatchObject({
        name: 'my list',
        format: 'table',
        samples: 1,
      })
      const media = path.join(engine.library, 'datasets', dataset, 'media')
      expect([existsSync(path.join(media, 'img/a.png')), existsSync(path.join(media, 'img/b.png'))]).toEqual([
        true,
        false,
      ])
    } finally {
      await engine.close()
    }
  })

  it('[TA35] is imported by the label rule that is asked for', async () => {
    const annotations = [
      { id: 1, image_id: 1, category_id: 1, area: 1 },
      { id: 2, image_id: 1, category_id: 2, area: 2 },
    ]
    const categories = [
      { id: 1, name: 'cat' },
      { id: 2, name: 'dog' },
    ]
    const document = { images: [{ id: 1, file_name: 'a.png' }], annotations, categories }
    const folder = await writeFolder({ 'a.png': png, 'boxes.json': JSON.stringify(document) })
    const engine = await openTestEngine(await createTempFolder())
    try {
      const file = path.join(folder, 'boxes.json')
      await expect(engine.import(file)).rejects.toMatchObject({ code: 'unsupported_format' })
      const dataset = await engine.import(file, { labelRule: 'largest' })
      const { findings } = await engine.call('datasets.open', { dataset })
      expect(findings.find(({ rule }) => rule === 'several_categories')?.count).toBe(1)
      const sample = await engine.call('samples.get', { dataset, id: 1 })
      expect(sample.label).toBe('dog')
    } finally {
      await engine.close()
    }
  })
})
