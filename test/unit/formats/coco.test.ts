import { describe, expect, it } from 'vitest'
import { type ReadOptions } from '#formats/dataset-reader.ts'
import { createMemoryTree } from '../../support/memory-tree.ts'
import { openTree, readAll } from '../../support/open-dataset.ts'
import { readIndex } from '../../support/read-index.ts'

async function read(files: Readonly<Record<string, string>>, options: ReadOptions = readAll) {
  const index = await openTree(createMemoryTree(files), options)
  const rows = await readIndex(index)
  return { index, rows, findings: new Map(index.findings().map((finding) => [finding.rule, finding])) }
}

const categories = [
  { id: 3, name: 'cat', supercategory: 'animal' },
  { id: 7, name: 'bus', supercategory: 'vehicle' },
]

function coco(
  images: readonly object[],
  annotations: readonly object[],
  order = ['info', 'images', 'categories', 'annotations'],
) {
  const document: Readonly<Record<string, unknown>> = {
    info: { images: [1], year: 2017 },
    images,
    annotations,
    categories,
  }
  return JSON.stringify(Object.fromEntries(order.map((key) => [key, document[key]])))
}

describe('COCO annotations', () => {
  it('[TA30] give an image the one category of its annotations, and the split of their name', async () => {
    const { index, rows, findings } = await read({
      'train2017/1.jpg': '',
      'train2017/2.jpg': '',
      'train2017/3.jpg': '',
      'val2017/1.jpg': '',
      'annotations/captions_val2017.json': JSON.stringify({
        info: {},
        images: [{ id: 1, file_name: '1.jpg' }],
        annotations: [],
      }),
      'annotations/instances_train2017.json': coco(
        [
          { id: 1, file_name: '1.jpg', width: 4, height: 4, weather: 'rain', flickr_url: 'http://host/1' },
          { id: 2, file_name: '2.jpg' },
        ],
        [
          { id: 1, image_id: 1, category_id: 3, bbox: [0, 0, 1, 1] },
          { id: 2, image_id: 1, category_id: 3 },
          { id: 3, image_id: 99, category_id: 3 },
          { id: 4, image_id: 2, category_id: 99 },
        ],
      ),
      'annotations/instances_val2017.json': coco(
        [{ id: 5, file_name: '1.jpg' }],
        [{ id: 1, image_id: 5, category_id: 7 }],
        ['annotations', 'categories', 'images', 'info'],
      ),
    })
    expect(index).toMatchObject({ format: 'coco', classes: ['cat', 'bus'], labelField: 'category' })
    expect(index.reason).toBe('2 files have images, annotations and categories as COCO does.')
    expect(rows.map(({ fileName, label, split, fields }) => [fileName, label, split, fields])).toEqual([
      [
        'train2017/1.jpg',
        'cat',
        'train',
        { weather: 'rain', flickr_url: 'http://host/1', supercategory: 'animal', annotations: 2 },
      ],
      ['train2017/2.jpg', null, 'train', { weather: null, flickr_url: null, supercategory: null, annotations: 0 }],
      [
        'val2017/1.jpg',
        'bus',
        'validation',
        { weather: null, flickr_url: null, supercategory: 'vehicle', annotations: null },
      ],
    ])
    expect(index.fields).toContainEqual({ name: 'weather', kind: null, role: 'nuisance' })
    expect(findings.get('file_not_listed')?.examples).toEqual(['train2017/3.jpg'])
    expect(findings.get('row_without_file')?.count).toBe(1)
    expect(findings.get('label_out_of_range')?.count).toBe(1)
  })

  it('[TA31] are refused where images have several categories, unless a rule says which one counts', async () => {
    const files = {
      'data/a.jpg': '',
      'data/b.jpg': '',
      'labels.json': coco(
        [
          { id: 'x', file_name: 'a.jpg' },
          { id: 'y', file_name: 'b.jpg' },
        ],
        [
          { id: 1, image_id: 'x', category_id: 3, bbox: [0, 0, 2, 2] },
          { id: 2, image_id: 'x', category_id: 7, bbox: [0, 0, 3, 3] },
          { id: 3, image_id: 'x', category_id: 3, area: 8 },
          { id: 4, image_id: 'y', category_id: 7 },
        ],
      ),
    }
    await expect(read(files)).rejects.toMatchObject({
      code: 'unsupported_format',
      message: expect.stringMatching(/^1 image of “labels.json” \(of 2\) .*“cat” and “bus” in a\.jpg/) as string,
      details: { file: 'labels.json', images: 1, of: 2 },
    })
    const labels = async (labelRule: 'largest' | 'first') => {
      const { rows, findings } = await read(files, { ...readAll, labelRule })
      expect(findings.get('several_categories')?.examples).toEqual(['data/a.jpg'])
      return rows.map(({ label }) => label)
    }
    expect(await labels('first')).toEqual(['cat', 'bus'])
    expect(await labels('largest')).toEqual(['bus', 'bus'])
  })

  it('[TA32] lead to images beside them, in usual folders, or nowhere: then the sample waits for its image', async () => {
    const { rows, findings } = await read({
      'test/_annotations.coco.json': coco(
        [
          { id: 0, file_name: 'beside.jpg' },
          { id: 1, file_name: 'gone.jpg' },
          { id: 2, file_name: '../../out.jpg' },
          { id: 3, file_name: '' },
        ],
        [{ id: 0, image_id: 1, category_id: 7 }],
      ),
      'test/beside.jpg': 'bytes',
    })
    expect(rows.map(({ fileName, sizeBytes, label, split }) => [fileName, sizeBytes, label, split])).toEqual([
      ['test/beside.jpg', 5, null, 'test'],
      ['test/gone.jpg', null, 'bus', 'test'],
    ])
    expect(findings.get('unsafe_path')?.count).toBe(1)
    expect(findings.get('row_without_path')?.count).toBe(1)
  })

  it('[TA33] are refused with the place where they break off', async () => {
    const whole = coco([{ id: 1, file_name: 'a.jpg' }], [{ id: 1, image_id: 1, category_id: 3 }])
    const cut = whole.slice(0, whole.indexOf('"category_id"'))
    await expect(read({ 'a.jpg': '', 'a.json': cut })).rejects.toMatchObject({
      code: 'broken_file',
      details: { file: 'a.json' },
    })
    const bad = whole.replace('"category_id":3', '"category_id":03')
    await expect(read({ 'a.jpg': '', 'a.json': bad })).rejects.toMatchObject({
      code: 'broken_file',
      details: { file: 'a.json', position: bad.indexOf('{"id":1,"image_id"') },
    })
  })
})
