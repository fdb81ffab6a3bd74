// Cubes where it is easy to go wrong: data that changes, files in the way, names that mean something else.
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { countCells } from '#engine/exports/count-cells.ts'
import { importRows } from '../../support/cube-scene.ts'
import { type TestEngine, makeFolder, openTestEngine } from '../../support/test-engine.ts'

let folder: string
let remove: () => Promise<void>
let engine: TestEngine
let images: string
beforeAll(async () => {
  const made = await makeFolder()
  folder = made.folder
  remove = made.remove
  engine = await openTestEngine(path.join(folder, 'library'))
  images = await importRows(
    engine,
    folder,
    'images',
    ['a', 'b'],
    [
      { label: 'hen', fields: { background: 'moss' }, answers: ['hen', 'cat'] },
      { label: 'hen', fields: { background: 'moss' }, answers: ['hen', 'cat'] },
      { label: 'cat', fields: { background: 'road' }, answers: ['dog', null] },
    ],
  )
})
afterAll(async () => {
  await engine.close()
  await remove()
})

describe('the counting of cells', () => {
  it('[CU17] keeps what it counted, whatever changes later', async () => {
    const dataset = new DatasetHandle(images, path.join(folder, 'library', 'datasets', images))
    try {
      const column = dataset.columns.column({ kind: 'field', name: 'background' })
      const classes = dataset.columns.column({ kind: 'field', name: 'label' })
      if (column.kind !== 'codes' || classes.kind !== 'codes') throw new Error('not codes')
      const nameOf = (codes: typeof column) => (code: number) => String(codes.dictionary.values[code - 1])
      const content = await countCells(
        dataset,
        {
          filter: everything,
          fields: [
            { name: 'background', kind: 'category', role: 'nuisance', codes: column.codes, valueOf: nameOf(column) },
          ],
          classes: { name: 'label', codes: classes.codes, nameOf: nameOf(classes) },
          runs: ['a', 'b'].map((model) => ({ run: dataset.columns.run(model), answers: null })),
        },
        new AbortController().signal,
      )
      const cells = () =>
        [0, 1].map((cell) => [
          content.valueOf(cell, 0),
          content.labelOf(cell),
          content.verdictOf(cell, 0),
          content.verdictOf(cell, 1),
          content.countOf(cell),
        ])
      for (const codes of [column.codes, classes.codes, ...['a', 'b'].map((model) => dataset.columns.correct(model))])
        codes.reverse()
      expect(cells()).toEqual([
        ['moss', 'hen', true, false, 2],
        ['road', 'cat', false, null, 1],
      ])
    } finally {
      dataset.close()
    }
  })
})
