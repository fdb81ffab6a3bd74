// Processes die; what was stored stays, and the run goes on.
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { childrenOf, until } from './drive/processes.ts'
import { filterBy, jobRow, openSample, predictWith, untilInView } from './drive/workspace.ts'

const model = 'efficientnet-lite2'
/** 990 of the samples: long enough to be interrupted. */
const some = 'nuisance = background'
/** At least one batch is stored, and not all of them. */
const underWay = /(?<!\d)[1-9]\d+ of 990/

describe.each(shells)('crashes in $name', (shell) => {
  it('[E2E5] goes on predicting after the engine was killed', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app }) => {
      const { page } = app
      await openSample(page)
      await startRun(page)
      const killed = await app.enginePid()
      await app.killEngine()
      expect(await app.enginePid()).not.toBe(killed)
      await untilPredicted(app.page)
    })
  })

  it('[E2E6] resumes after the prediction process was killed', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    skip(process.platform !== 'linux', 'the prediction process is found through /proc')
    await takeJourney(shell, 'prepared', async ({ app }) => {
      const { page } = app
      await openSample(page)
      await startRun(page)
      const engine = await app.enginePid()
      await until(async () => (await childrenOf(engine)).length > 0, 'a prediction process')
      for (const pid of await childrenOf(engine)) process.kill(pid, 'SIGKILL')
      const row = await jobRow(page, model)
      await row.getByRole('button', { name: /^Resume/ }).click()
      await untilPredicted(page)
    })
  })
})

/** Starts the run and resolves when it is under way. */
async function startRun(page: Page): Promise<void> {
  await filterBy(page, some)
  await untilInView(page, 990)
  await predictWith(page, [model], 'in view')
  await page
    .getByRole('button', { name: new RegExp(`^Jobs: .*${model}`) })
    .filter({ hasText: underWay })
    .waitFor()
}

async function untilPredicted(page: Page): Promise<void> {
  const row = await jobRow(page, model)
  // A job that failed can be dismissed too: what was done tells them apart.
  await row.filter({ hasText: /(?<!of )990 images\./ }).waitFor()
  await page.keyboard.press('Escape')
  await filterBy(page, `${model}.correct = true or ${model}.correct = false`)
  await untilInView(page, 990)
}
