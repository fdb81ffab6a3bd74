// From nothing to a ranked list of what fools the model.
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { openSample, predictWith } from './drive/workspace.ts'

describe.each(shells)('first run in $name', (shell) => {
  it('[E2E1] leads from the welcome screen to ranked findings', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'empty', async ({ app: { page } }) => {
      await openSample(page)
      await predictWith(page, ['efficientnet-lite0'])
      await page.getByRole('tab', { name: 'Overview' }).click()
      const findings = page
        .getByRole('tabpanel', { name: 'Overview' })
        .getByRole('button', { name: /^On .+ fails \d+ of \d+/ })
      await findings.first().waitFor()
      const [, failures, n] = /fails (\d+) of (\d+)/.exec((await findings.first().textContent()) ?? '') ?? []
      expect(Number(failures) / Number(n)).toBeGreaterThan(0.5)
    })
  })
})
