// Predictions that were made elsewhere, out of a Hub repository in miniature.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { type HubServer, startHubServer } from '../../hub/hub-server.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

const images = 24
let server: HubServer
let engine: TestEngine
let dataset: string
let remove: () => Promise<void>
const environment = { ...process.env }

beforeAll(async () => {
  const made = await makeFolder()
  ;({ remove } = made)
  const repo = path.join(made.folder, 'repo')
  await mkdir(path.join(repo, 'runs/one'), { recursive: true })
  server = await startHubServer({ repos: [{ type: 'dataset', name: 'o/runs', folder: repo }] })
  process.env['HF_ENDPOINT'] = server.endpoint
  engine = await openTestEngine(path.join(made.folder, 'library'))
  await drawColours(path.join(made.folder, 'drawn'), images)
  dataset = await engine.import(path.join(made.folder, 'drawn'), { name: 'drawn' })
  await engine.addModel(colourModel, 'local')
  await engine.predict(dataset, 'local')
  // Two shards, as a job of many workers writes them.
  for (const [name, note] of [
    ['part-0', '<'],
    ['part-1', '>='],
  ] as const) {
    const filter = await engine.where(dataset, `shade ${note} 1.25`)
    await exportTo(path.join(repo, 'runs/one'), `${name}.parquet`, filter)
  }
  await writeFile(path.join(repo, 'README.md'), 'Runs.')
  await writeFile(path.join(repo, 'other.csv'), await readFile(path.join(made.folder, 'drawn/metadata.csv')))
})
afterAll(async () => {
  await engine.close()
  await server.close()
  await remove()
  process.env = environment
})

async function exportTo(folder: string, name: string, filter = everything) {
  const place = engine.engine.places.register(folder)
  const { job } = await engine.call('predictions.export', { dataset, model: 'local', filter, place, name })
  await engine.engine.jobs.wait(job.id)
}

async function importFrom(at: string | null, model: string) {
  const hub = { repo: 'o/runs', revision: null, path: at }
  const { job } = await engine.call('predictions.import', { dataset, hub, model, joinBy: null })
  return (await engine.engine.jobs.wait(job.id)).result
}

it.each([
  ['a folder of shards', 'runs/one', images],
  ['the whole repository', null, images],
  ['one file', 'runs/one/part-0.parquet', null],
])('[KS60] takes predictions from %s of the Hub', async (what, at, count) => {
  const result = await importFrom(at, what)
  if (count !== null) expect(result).toMatchObject({ predicted: count, unmatched: 0, duplicates: 0 })
  else expect(result?.['predicted']).toBeLessThan(images)
  const { runs } = await engine.call('datasets.open', { dataset })
  const [local, imported] = ['local', what].map((name) => runs.find(({ model }) => model === name)!)
  if (count !== null) expect(imported).toMatchObject({ provider: 'imported', right: local!.right })
})

it.each([
  ['nowhere/at/all', 'not_found'],
  ['../escape', 'unsafe_path'],
  ['README.md', 'unsupported_format'],
])('[KS61] refuses %s', async (at, code) => {
  expect(await failureOf(importFrom(at, 'none'))).toMatchObject({ code })
})

it('[KS61] wants one place', async () => {
  const neither = engine.call('predictions.import', { dataset, model: 'none', joinBy: null })
  expect(await failureOf(neither)).toMatchObject({ code: 'usage' })
})
