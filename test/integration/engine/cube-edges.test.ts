// Cubes where it is easy to go wrong: data that changes, files in the way, names that mean something else.
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { countCells } from '#engine/exports/count-cells.ts'
import { writeCube } from '#formats/cube/write-cube.ts'
import { importRows } from '../../support/cube-scene.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

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

async function writeAndImport(name: string, fields: readonly string[] = ['background']): Promise<string> {
  await engine.call('cubes.write', {
    dataset: images,
    filter: everything,
    fields: [...fields],
    bins: [],
    models: ['a', 'b'],
    place: engine.engine.places.register(folder),
    name: `${name}.parquet`,
  })
  return await engine.import(path.join(folder, `${name}.parquet`))
}

describe('the writing of a cube', () => {
  it('[CU13] takes the place of no file that comes meanwhile, and touches none beside it', async () => {
    const file = path.join(folder, 'late.parquet')
    await writeFile(`${file}.unfinished`, 'mine')
    const terms = { class: 'label', fields: [], models: [], source: null, filter: null }
    const cells = { cells: 1, valueOf: () => null, labelOf: () => 'hen', verdictOf: () => null, countOf: () => 1 }
    const failure = await failureOf(writeCube(file, { terms, ...cells }, () => writeFile(file, 'other')))
    expect(failure.code).toBe('already_exists')
    expect([await readFile(file, 'utf8'), await readFile(`${file}.unfinished`, 'utf8')]).toEqual(['other', 'mine'])
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})

describe('the import of a cube', () => {
  it('[CU18] counts cells, which it reads, not samples', async () => {
    const cube = await writeAndImport('units')
    const job = (await engine.call('jobs.list', {})).find(({ dataset }) => dataset === cube)
    expect(job).toMatchObject({ done: 2, unit: 'cells' })
  })
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
