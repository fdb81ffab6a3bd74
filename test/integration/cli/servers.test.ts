// Models on inference servers, and predictions from the Hub, on the command line.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHubServer } from '../../hub/hub-server.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { type KserveDouble, openKserveDouble } from '../../support/kserve-double.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { makeFolder } from '../../support/test-engine.ts'

const images = 12
const environment = { ...process.env }
let root: string
let double: KserveDouble
let remove: () => Promise<void>

beforeAll(async () => {
  ;({ folder: root, remove } = await makeFolder())
  process.env['FOIBLE_LIBRARY'] = path.join(root, 'library')
  process.env['COLOURS_TOKEN'] = 'sesame'
  double = await openKserveDouble({ folder: colourModel, token: 'sesame' })
  await drawColours(path.join(root, 'drawn'), images)
  await runJson(['import', path.join(root, 'drawn')])
})
afterAll(async () => {
  process.env = environment
  await double.stop()
  await remove()
})

it('[KS80] adds a model on a server with a card and the variable of its token, and predicts', async () => {
  const address = `kserve:${double.url}/colours`
  const added = await runJson(['models', 'add', address, '--like', colourModel, '--token-env', 'COLOURS_TOKEN'])
  expect(added).toMatchObject({ model: 'colours', classes: 4, origin: `${address}` })
  const run = await runJson(['predict', 'drawn', 'colours'])
  expect(run).toMatchObject({ done: images, failed: 0, provider: `kserve:${new URL(double.url).host}` })
})

it('[KS81] refuses --like and --token-env elsewhere, and a token in place of its variable', async () => {
  for (const flags of [
    ['--like', 'x'],
    ['--token-env', 'X'],
  ]) {
    expect(await runCommand(['models', 'add', colourModel, ...flags])).toMatchObject({ code: 2 })
  }
  const { code, err } = await runCommand([
    'models',
    'add',
    `kserve:${double.url}/colours`,
    '--token-env',
    'a-real.token',
  ])
  expect(code).toBe(2)
  expect(err).not.toContain('a-real.token')
})

it('[KS82] takes predictions from a folder of the Hub', async () => {
  const repo = path.join(root, 'repo')
  await mkdir(path.join(repo, 'shards'), { recursive: true })
  await runJson(['predictions', 'export', 'drawn', '--model', 'colours', '--out', path.join(repo, 'shards/0.parquet')])
  const hub = await startHubServer({ repos: [{ type: 'dataset', name: 'o/runs', folder: repo }] })
  process.env['HF_ENDPOINT'] = hub.endpoint
  const taken = await runJson(['predictions', 'import', 'drawn', 'hf:o/runs/shards', '--model', 'elsewhere'])
  expect(taken).toMatchObject({ predicted: images, unmatched: 0, file: 'shards' })
  await hub.close()
})
