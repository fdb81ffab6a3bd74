// From words to a dataset of the Hub, and from what is odd about it to a repaired one.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { startHubServer } from '../hub/hub-server.ts'
import { drawPng } from '../support/doubles/draw-png.ts'
import { createTempFolder } from '../support/temp-folder.ts'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { filterBy, openGallery, untilInView } from './drive/workspace.ts'

/** Two spellings of one class, 12 and 10 images of it, beside another. */
const images = { 'soccer ball': 12, Soccer_Ball: 10, banana: 11 }

async function drawRepo(): Promise<string> {
  const folder = await createTempFolder()
  for (const [at, [label, count]] of Object.entries(images).entries()) {
    await mkdir(join(folder, label))
    for (let i = 0; i < count; i++) {
      await writeFile(join(folder, label, `${at}-${i}.png`), await drawPng(100 * at + i, at, i % 3, 48))
    }
  }
  return folder
}

describe.each(shells)('the Hub in $name', (shell) => {
  it('[E2E8] imports what a search finds, and merges two spellings of a class', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    const repo = { type: 'dataset', name: 'acme/odd-balls', folder: await drawRepo() } as const
    const hub = await startHubServer({ repos: [repo, { ...repo, name: 'acme/other' }] })
    const travel = takeJourney(
      shell,
      'empty',
      async ({ app: { page } }) => {
        await page.getByLabel('Hub id or words').fill('balls')
        await page.keyboard.press('Enter')
        const results = page.getByRole('list', { name: 'Datasets on the Hub' })
        await results.getByRole('button', { name: /^acme\/odd-balls/ }).click()
        await page.getByRole('button', { name: 'Import', exact: true }).click()
        await page.getByRole('button', { name: 'Dataset: odd-balls' }).waitFor()
        await untilInView(page, 33)

        await page.getByRole('tab', { name: 'Overview' }).click()
        const findings = page.getByRole('region', { name: 'Dataset findings' })
        await findings.getByRole('button', { name: 'Merge the names' }).click()
        const asked = page.getByRole('dialog', { name: 'Merge the names' })
        await asked.getByText('This is about 22 samples').waitFor()
        await asked.getByRole('button', { name: 'Merge the names' }).click()
        await asked.waitFor({ state: 'hidden' })
        await findings.getByText('Merged 2 class names into 1.').waitFor()

        await filterBy(page, 'label = "soccer ball"')
        await untilInView(page, 22)
        const gallery = await openGallery(page)
        await gallery.locator('img').first().waitFor()
        await page.waitForFunction(() => [...document.images].some((image) => image.naturalWidth > 0))
      },
      { env: { HF_ENDPOINT: hub.endpoint } },
    )
    await travel.finally(() => hub.close())
  })
})
