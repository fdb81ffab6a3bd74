// Searching the Hub and the account that asks, as the screens and the command line see them.
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type HubServer, startHubServer } from '../../hub/hub-server.ts'
import { patience } from '../../hub/open-test-hub.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { type TestEngine, failureOf, openTestEngine } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { exportsFolder } from '../formats/expected.ts'

const token = 'hf_secret'
const folder = path.join(exportsFolder, 'imagefolder')
const environment = { ...process.env }

let server: HubServer
let isReachable = true

beforeAll(async () => {
  server = await startHubServer({
    token,
    repos: [
      {
        type: 'dataset',
        name: 'foible/imagefolder',
        folder,
        facts: {
          description: 'Dots\n\t\tand  stripes. ' + 'x'.repeat(400),
          downloads: 41,
          likes: 7,
          tags: ['size_categories:n<1K', 'license:mit'],
          cardData: { license: 'cc0-1.0', dataset_info: [{ download_size: 100 }, { download_size: 23 }] },
        },
      },
      { type: 'dataset', name: 'foible/gated', folder, isGated: true, facts: { tags: null, cardData: 'odd' } },
      { type: 'dataset', name: 'foible/private', folder, isPrivate: true },
      { type: 'model', name: 'foible/model', folder },
      { type: 'dataset', name: 'other/carded', folder: path.join(exportsFolder, 'fiftyone-dataset-pushed') },
    ],
    fault: () => (isReachable ? null : { kind: 'status', status: 503 }),
  })
})
afterAll(() => server.close())

async function open(options: Parameters<typeof openTestEngine>[2] = {}): Promise<TestEngine> {
  const library = path.join(await createTempFolder(), 'library')
  const hub = { ...patience().options, endpoint: server.endpoint, pythonCache: path.join(library, 'none') }
  const engine = await openTestEngine(library, false, { hub, ...options })
  onTestFinished(() => engine.close())
  return engine
}

describe('searching the Hub', () => {
  it('[HU60] finds datasets by name, with licence, size and access, whatever their cards lack', async () => {
    const engine = await open()
    const found = await engine.call('hub.search', { text: ' foible ', limit: 20 })
    expect(found.map(({ repo }) => repo)).toEqual(['foible/imagefolder', 'foible/gated'])
    expect(found[0]).toEqual({
      repo: 'foible/imagefolder',
      summary: expect.stringMatching(/^Dots and stripes\. x+…$/) as string,
      license: 'cc0-1.0',
      gated: 'no',
      downloads: 41,
      likes: 7,
      updatedAt: '2026-01-01T00:00:00.000Z',
      sizeBytes: 123,
      sizeCategory: 'n<1K',
    })
    expect(found[1]).toMatchObject({ gated: 'auto', license: null, sizeBytes: null, sizeCategory: null })
    expect(await engine.call('hub.search', { text: 'nothing like it', limit: 20 })).toEqual([])
    expect(await engine.call('hub.search', { text: '', limit: 1 })).toHaveLength(1)
  })

  it('[HU61] tells of one dataset its card, files, bytes and commit, at a revision', async () => {
    const engine = await open()
    const dataset = await engine.call('hub.dataset', { repo: 'hf:other/carded', revision: null })
    expect(dataset.sha).toBe(server.sha('dataset', 'other/carded'))
    const inspected = await engine.call('imports.inspect', {
      source: { kind: 'hub', repo: 'other/carded', revision: null },
    })
    expect([dataset.files, dataset.sizeBytes]).toEqual([inspected.files, inspected.sizeBytes])
    expect(dataset.card).toContain('---')
    const gated = await engine.call('hub.dataset', { repo: 'foible/gated', revision: 'main' })
    expect([gated.gated, gated.files > 20]).toEqual(['auto', true])
    const missing = engine.call('hub.dataset', { repo: 'foible/imagefolder', revision: 'nope' })
    expect(await failureOf(missing)).toMatchObject({ code: 'not_found' })
    expect(await failureOf(engine.call('hub.dataset', { repo: '../..', revision: null }))).toMatchObject({
      code: 'usage',
    })
  })

  it('[HU62] gives up within seconds where the Hub does not answer, while jobs are patient', async () => {
    const { waits, options } = patience()
    const hub = { ...options, endpoint: server.endpoint }
    const engine = await open({ hub })
    isReachable = false
    onTestFinished(() => {
      isReachable = true
    })
    expect(await failureOf(engine.call('hub.search', { text: 'x', limit: 5 }))).toMatchObject({ code: 'network' })
    const source = { kind: 'hub', repo: 'foible/imagefolder', revision: null } as const
    expect(await failureOf(engine.call('imports.inspect', { source }))).toMatchObject({ code: 'network' })
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(5000)
    expect(await failureOf(engine.import(source))).toMatchObject({ code: 'network' })
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(60_000)
  })

  it('[HU63] is a command', async () => {
    process.env['HF_ENDPOINT'] = server.endpoint
    onTestFinished(() => {
      process.env = environment
    })
    const library = path.join(await createTempFolder(), 'library')
    const found = await runJson(['hub', 'search', 'imagefolder', '--library', library])
    expect(found).toMatchObject([{ repo: 'foible/imagefolder', license: 'cc0-1.0' }])
    const { out, code } = await runCommand(['hub', 'search', 'gated', '--library', library])
    expect([code, out]).toEqual([0, expect.stringMatching(/foible\/gated .*gated \(auto\)/)])
  })
})

describe('the account', () => {
  it('[HU64] is shown, changed and forgotten; a token that the Hub refuses is not kept', async () => {
    const kept = new Map<string, string>()
    const secrets = {
      get: (name: string) => Promise.resolve(kept.get(name) ?? null),
      set: (name: string, value: string | null) => {
        if (value === null) kept.delete(name)
        else kept.set(name, value)
        return Promise.resolve()
      },
    }
    const engine = await open({ secrets })
    const nobody = { endpoint: server.endpoint, tokenFrom: 'none', user: null, hasKeychain: true }
    expect(await engine.call('hub.account', {})).toEqual(nobody)
    const failure = await failureOf(engine.call('hub.setToken', { token: 'hf_wrong' }))
    expect(failure).toMatchObject({
      code: 'auth_required',
      message: expect.stringContaining('settings/tokens') as string,
    })
    expect(JSON.stringify([failure.message, failure.details])).not.toContain('hf_wrong')
    expect(kept.size).toBe(0)
    const ada = { ...nobody, tokenFrom: 'keychain', user: 'ada' }
    expect(await engine.call('hub.setToken', { token: `${token}\n` })).toEqual(ada)
    expect(kept.get('hub-token')).toBe(token)
    const found = await engine.call('hub.search', { text: 'private', limit: 5 })
    expect(found.map(({ repo }) => repo)).toEqual(['foible/private'])
    isReachable = false
    expect(await engine.call('hub.account', {})).toEqual({ ...ada, user: null })
    isReachable = true
    expect(await engine.call('hub.setToken', { token: null })).toEqual(nobody)
    expect(kept.size).toBe(0)
  })

  it('[HU65] opens gated and private datasets, for as long as Foible runs where there is no keychain', async () => {
    const engine = await open()
    const gated = { kind: 'hub', repo: 'foible/gated', revision: null } as const
    expect(await failureOf(engine.import(gated))).toMatchObject({ code: 'auth_required' })
    expect(await engine.call('hub.setToken', { token })).toMatchObject({ tokenFrom: 'session', hasKeychain: false })
    const dataset = await engine.import(gated)
    expect((await engine.call('datasets.open', { dataset })).samples).toBe(24)
  })
})
