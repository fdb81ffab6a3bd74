// Processes die; what was stored stays, and the run goes on. The model is on a server that answers some batches and holds the
// others back, so that the run is under way for as long as it takes, on any machine.
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { type Answer, type KserveDouble, openKserveDouble } from '../support/kserve-double.ts'
import { type App, type Shell, shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { childrenOf, killIfThere, until } from './drive/processes.ts'
import { runFoible } from './drive/run-foible.ts'
import { filterBy, jobRow, openSample, predictWith, untilInView } from './drive/workspace.ts'

const like = 'efficientnet-lite0'
const modelFolder = join(resolve(import.meta.dirname, '../../native-models/embedded'), like)
const model = 'served'
/** 220 of the samples, in 14 batches. */
const some = 'nuisance = texture'
/** More than are asked for before the first one has been answered; fewer than all. */
const answeredBatches = 10
/** At least one batch is stored, and not all of them. */
const underWay = /(?<!\d)[1-9]\d+ of 220/

describe.each(shells)('crashes in $name', (shell) => {
  it('[E2E5] goes on predicting after the engine was killed', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeServedJourney(shell, async (app, server) => {
      await startRun(app.page, server)
      const killed = await app.enginePid()
      server.behave()
      await app.killEngine()
      expect(await app.enginePid()).not.toBe(killed)
      await untilPredicted(app.page)
    })
  })

  it('[E2E6] resumes after the prediction process was killed', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    skip(process.platform !== 'linux', 'the prediction process is found through /proc')
    await takeServedJourney(shell, async (app, server) => {
      const { page } = app
      await startRun(page, server)
      const engine = await app.enginePid()
      await until(async () => (await childrenOf(engine)).length > 0, 'a prediction process')
      server.behave()
      for (const pid of await childrenOf(engine)) killIfThere(pid)
      const row = await jobRow(page, model)
      await row.getByRole('button', { name: /^Resume/ }).click()
      await untilPredicted(page)
    })
  })
})

async function takeServedJourney(
  shell: Shell,
  travel: (app: App, server: KserveDouble) => Promise<void>,
): Promise<void> {
  const server = await openKserveDouble({ folder: modelFolder })
  const address = `kserve:${server.url}/colours`
  const prepare = (library: string) =>
    runFoible('models', 'add', address, '--like', like, '--name', model, '--library', library)
  try {
    await takeJourney(shell, 'prepared', ({ app }) => travel(app, server), { prepare })
  } finally {
    await server.stop()
  }
}

/** Starts the run and resolves when it is under way. */
async function startRun(page: Page, server: KserveDouble): Promise<void> {
  const honest = Array.from({ length: answeredBatches }, () => (answer: Answer) => answer)
  const none = Array.from({ length: 20 }, () => () => null)
  server.misbehave(...honest, ...none)
  await openSample(page)
  await filterBy(page, some)
  await untilInView(page, 220)
  await predictWith(page, [model], 'in view')
  await page
    .getByRole('button', { name: new RegExp(`^Jobs: .*${model}`) })
    .filter({ hasText: underWay })
    .waitFor()
}

async function untilPredicted(page: Page): Promise<void> {
  const row = await jobRow(page, model)
  // A job that failed can be dismissed too: what was done tells them apart.
  await row.filter({ hasText: /(?<!of )220 images\./ }).waitFor()
  await page.keyboard.press('Escape')
  await filterBy(page, `${model}.correct = true or ${model}.correct = false`)
  await untilInView(page, 220)
}
