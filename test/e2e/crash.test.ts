// Processes die; what was stored stays, and the run goes on.
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { childrenOf, until } from './drive/processes.ts'
import { jobRow, openSample, predictWith } from './drive/workspace.ts'

const runTitle = /efficientnet-lite1/
/** Some batches are stored, and far from all. */
const underWay = /^.*(?<!\d)(?!0 of)\d{2,3} of 1,485/

describe.each(shells)('crashes in $name', (shell) => {
  it('[E2E5] goes on predicting after the engine was killed', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app }) => {
      const { page } = app
      await openSample(page)
      await predictWith(page, ['efficientnet-lite1'])
      await page
        .getByRole('button', { name: /^Jobs: .*efficientnet-lite1/ })
        .filter({ hasText: underWay })
        .waitFor()
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
      await predictWith(page, ['efficientnet-lite1'])
      await page
        .getByRole('button', { name: /^Jobs: .*efficientnet-lite1/ })
        .filter({ hasText: underWay })
        .waitFor()
      const engine = await app.enginePid()
      await until(async () => (await childrenOf(engine)).length > 0, 'a prediction process')
      for (const pid of await childrenOf(engine)) process.kill(pid, 'SIGKILL')
      const row = await jobRow(page, runTitle)
      await row.getByRole('button', { name: /^Resume/ }).click()
      await untilPredicted(page)
    })
  })
})

async function untilPredicted(page: Parameters<typeof jobRow>[0]): Promise<void> {
  const row = await jobRow(page, runTitle)
  await row.getByRole('button', { name: /^Dismiss/ }).waitFor({ timeout: 120_000 })
  await page.keyboard.press('Escape')
  await page.getByRole('tab', { name: 'Overview' }).click()
  await page.keyboard.press('p')
  await page
    .getByRole('dialog', { name: 'Predict' })
    .getByRole('listitem')
    .filter({ hasText: runTitle })
    .filter({ hasText: '1,485 of 1,485 samples predicted' })
    .waitFor()
}
