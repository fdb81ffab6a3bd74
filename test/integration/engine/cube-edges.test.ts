// Cubes where it is easy to go wrong: data that changes, files in the way, names that mean something else.
import { readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { countCells } from '#engine/exports/count-cells.ts'
import { writeCube } from '#formats/cube/write-cube.ts'
import { counts, cubeBytes, texts, verdicts } from '../../support/cube-bytes.ts'
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
  it('[CU13] keeps which models had answered everything, judged or not', async () => {
    const { runs } = await engine.call('datasets.open', { dataset: await writeAndImport('states') })
    expect(runs.map(({ model, state }) => [model, state])).toEqual([
      ['a', 'done'],
      ['b', 'partial'],
    ])
  })

  it('[CU18] counts cells, which it reads, not samples', async () => {
    const cube = await writeAndImport('units')
    const job = (await engine.call('jobs.list', {})).find(({ dataset }) => dataset === cube)
    expect(job).toMatchObject({ done: 2, unit: 'cells' })
  })
})

describe('names and options that mean something else', () => {
  it('[CU19] are kept apart from a class called id', async () => {
    const bytes = cubeBytes(
      { label: texts('hen', 'cat'), 'correct:a': verdicts(true, false), count: counts(3, 4) },
      {
        foible_cube: '1',
        foible_cube_terms: JSON.stringify({
          class: 'id',
          fields: [],
          models: [{ name: 'a', column: 'correct:a', state: 'partial' }],
        }),
      },
    )
    await writeFile(path.join(folder, 'by-id.parquet'), bytes)
    const dataset = await engine.import(path.join(folder, 'by-id.parquet'))
    const { fields, runs } = await engine.call('datasets.open', { dataset })
    expect(fields.map(({ name, role }) => [name, role])).toEqual([['dataset_id', 'class']])
    expect(runs.map(({ state }) => state)).toEqual(['partial'])
    const filter = await engine.where(dataset, 'dataset_id = hen')
    expect((await engine.call('query.counts', { dataset, filter, facets: [], top: 5 })).total).toBe(3)
  })

  it('[CU19] are refused: the id as a field to count by, a label map for a cube', async () => {
    const byId = await failureOf(writeAndImport('by-ids', ['id']))
    expect([byId.code, byId.message]).toEqual(['usage', expect.stringContaining('differs for every sample')])
    const file = path.join(folder, 'mapped.parquet')
    await writeAndImport('mapped')
    const map = path.join(folder, 'map.csv')
    await writeFile(map, 'class,id\nhen,8\ncat,281\n')
    const failure = await failureOf(engine.import(file, { labelMap: engine.engine.places.register(map) }))
    expect([failure.code, failure.message]).toEqual(['usage', expect.stringContaining('without a label map')])
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
