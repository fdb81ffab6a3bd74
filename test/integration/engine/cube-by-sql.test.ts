// The statement of docs/scale-out.md in DuckDB, over what Foible itself exports; and the way there and back on the command line.
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { closeTo } from '../../support/close-to.ts'
import { type CubeRow, importRows } from '../../support/cube-scene.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { type TestEngine, makeFolder, openTestEngine, projectRoot } from '../../support/test-engine.ts'

const models = ['lite0', 'b0']
const fields = ['background', 'weather']
/** Absent where DuckDB has no build for the machine. */
const duckdb = await import('@duckdb/node-api').catch(() => null)

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let images: string

const rows = Array.from({ length: 600 }, (_, i): CubeRow => {
  const label = ['N', 'é', 'bus, red'][i % 3]!
  const background = ['moss', 'road', 'Straße 😀', ''][(i * 7) % 4]!
  const isHard = background === 'moss' ? i % 5 < 4 : i % 4 === 0
  return {
    label,
    fields: { background, weather: ['fog', 'sun'][(i >> 3) % 2]! },
    answers: [isHard ? 'no' : label, i % 11 === 0 ? null : isHard && i % 2 === 0 ? 'no' : label],
  }
})

const inFolder = (...names: string[]) => path.join(folder.folder, ...names)

beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(inFolder('library'))
  images = await importRows(engine, folder.folder, 'images', models, rows)
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

/** The first statement of the document that writes a cube. */
async function documentedStatement(): Promise<string> {
  const text = await readFile(path.join(projectRoot, 'docs/scale-out.md'), 'utf8')
  const statement = [...text.matchAll(/```sql\n(.*?)```/gs)].find(([, sql]) => sql!.includes('AS count'))?.[1]
  if (statement === undefined) throw new Error('docs/scale-out.md has no statement that counts')
  return statement
}

describe('a cube made by SQL', () => {
  it('[CU8] of Foible’s own files is the cube that Foible makes', async ({ skip }) => {
    if (duckdb === null) return skip('DuckDB has no build for this machine')
    await engine.export(images, inFolder('export'), { format: 'parquet', media: 'none' })
    for (const model of models) {
      const place = engine.engine.places.register(folder.folder)
      const { job } = await engine.call('predictions.export', {
        dataset: images,
        model,
        filter: everything,
        place,
        name: `${model}.parquet`,
        vectors: [],
      })
      await engine.engine.jobs.wait(job.id)
    }
    const card = await readFile(inFolder('export', 'README.md'), 'utf8')
    const classes = ['N', 'é', 'bus, red']
    expect(card).toContain('class_label')
    const names = classes.map((name) => `'${name}'`).join(', ')
    const shards = inFolder('export', 'data', '*.parquet')
    const instance = await duckdb.DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    try {
      await connection.run(
        `COPY (SELECT image.path AS file_name, [${names}][label + 1] AS label, background, weather FROM '${shards}')
         TO '${inFolder('samples.parquet')}' (FORMAT parquet)`,
      )
      const statement = await documentedStatement()
      await connection.run(statement.replaceAll(/'(\w+\.parquet)'/g, (_, name: string) => `'${inFolder(name)}'`))
    } finally {
      connection.closeSync()
      instance.closeSync()
    }
    expect(await readdir(folder.folder)).toContain('cube.parquet')
    const bySql = await engine.import(inFolder('cube.parquet'))
    await engine.call('cubes.write', {
      dataset: images,
      filter: everything,
      fields,
      models,
      place: engine.engine.places.register(folder.folder),
      name: 'own.parquet',
    })
    const own = await engine.import(inFolder('own.parquet'))
    const [a, b] = [
      await engine.call('datasets.open', { dataset: bySql }),
      await engine.call('datasets.open', { dataset: own }),
    ]
    expect(a.cube!.cells).toBe(b.cube!.cells)
    expect(a.samples).toBe(rows.length)
    const about = new Set(['id', 'name', 'source', 'cube', 'startedAt', 'preprocessing', 'version'])
    expect(closeTo(a, b, about)).toBe('')
    const under = { filter: everything, models }
    for (const name of fields) {
      const input = { ...under, field: { kind: 'field', name } as const, cross: null, adjust: 'auto' as const }
      const [one, other] = [
        await engine.call('slices.compute', { dataset: bySql, ...input }),
        await engine.call('slices.compute', { dataset: own, ...input }),
      ]
      expect(one.slices.length).toBeGreaterThan(1)
      expect(closeTo(one, other, new Set(['version', 'evidence']))).toBe('')
    }
    expect(await engine.call('compare.compute', { dataset: bySql, ...under })).toEqual(
      await engine.call('compare.compute', { dataset: own, ...under }),
    )
  })
})

describe('cubes on the command line', () => {
  it('[CU14] go from images to a cube, and on to figures and a report', async () => {
    const library = ['--library', inFolder('library-by-hand')]
    const file = inFolder('by-hand.parquet')
    const index = inFolder('images.csv')
    await runJson([...library, 'import', index])
    for (const [at, model] of models.entries()) {
      await runJson([...library, 'predictions', 'import', images, inFolder(`images-${at}.csv`), '--model', model])
    }
    const written = await runJson([...library, 'cube', images, '--fields', fields.join(), '--out', file])
    expect(written).toMatchObject({ file, images: rows.length })
    const imported = (await runJson([...library, 'import', file, '--name', 'counted'])) as { cells: number }
    expect(imported).toMatchObject({ dataset: 'counted', samples: rows.length, format: 'cube' })
    expect(written).toMatchObject({ cells: imported.cells })
    const own = [...library, 'slices', 'counted', '--field', 'background', '--models', 'lite0']
    const slices = (await runJson(own)) as { slices: unknown[] }
    const ofImages = (await runJson(own.map((word) => (word === 'counted' ? images : word)))) as { slices: unknown[] }
    expect(closeTo(slices.slices, ofImages.slices, new Set(['strip']))).toBe('')
    const compared = await runCommand([...library, 'compare', 'counted', '--models', models.join()])
    expect(compared.code).toBe(0)
    expect(compared.out).not.toContain('same label')
    const mined = await runCommand([...library, 'mine', 'counted', '--surrogates', models.join(), '--save', 'hard'])
    expect([mined.code, mined.out]).toEqual([0, expect.stringContaining(' images judged by')])
    await runJson([...library, 'mine', images, '--surrogates', models.join(), '--save', 'hard'])
    const matched = async (dataset: string) => {
      const [view] = (await runJson([...library, 'views', dataset])) as {
        samples: number
        saved: { samples: number }
      }[]
      return [view!.samples, view!.saved.samples]
    }
    expect(await matched('counted')).toEqual(await matched(images))
    expect((await matched('counted'))[1]).toBe(rows.length)
    expect((await runCommand([...library, 'facets', 'counted'])).out).toContain('600 of 600 images')
    const refused = await runCommand([...library, 'confusion', 'counted', '--model', 'lite0'])
    expect(refused).toMatchObject({ code: 2 })
    expect(refused.err).toContain('A cube')
    const { html, markdown } = (await runJson([...library, 'report', 'counted', '--out', inFolder('report')])) as {
      html: string
      markdown: string
    }
    expect(await readFile(markdown, 'utf8')).toContain('a cube of images: counts in')
    expect(await readFile(html, 'utf8')).not.toContain('data:image/webp')
    const bad = await runCommand([...library, 'cube', images, '--bins', 'size', '--out', inFolder('x.parquet')])
    expect(bad.code).toBe(2)
  })
})
