// Leaving with a subset, and coming back with it.
import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { filterBy, jobRow, openGallery, openSample, untilInView } from './drive/workspace.ts'

describe.each(shells)('export in $name', (shell) => {
  it('[E2E4] exports the view and imports it again', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app, folder }) => {
      const { page } = app
      await openSample(page)
      await openGallery(page)
      await page.keyboard.press('Home')
      await page.keyboard.press('1')
      await page.getByRole('option', { name: /tags: label error/ }).waitFor()
      await filterBy(page, 'tagged("label error") or background = night')
      const status = page.getByRole('status', { name: 'Samples in view' })
      await status.filter({ hasNotText: /^1,485 of / }).waitFor()
      const count = Number(/^\d+/.exec((await status.textContent()) ?? '')?.[0])

      const target = join(folder, 'taken')
      await mkdir(target)
      await page.keyboard.press('e')
      const dialog = page.getByRole('dialog', { name: 'Export this view' })
      await dialog.waitFor()
      await app.chooseFolder(target)
      await dialog.getByLabel('New folder').fill('subset')
      await dialog.getByRole('button', { name: `Export ${count} samples` }).click()
      await dialog.waitFor({ state: 'hidden' })
      const row = await jobRow(page, 'Export')
      await row.getByRole('button', { name: /^Dismiss/ }).waitFor()
      await page.keyboard.press('Escape')
      const [manifest] = (await readdir(join(target, 'subset'))).filter((name) => name.includes('manifest'))
      expect(await readFile(join(target, 'subset', manifest ?? ''), 'utf8')).toContain('label error')

      await page.getByRole('button', { name: /^Dataset:/ }).click()
      await page.getByRole('menuitem', { name: 'Import a dataset…' }).click()
      const imports = page.getByRole('dialog', { name: 'Import a dataset' })
      await imports.waitFor()
      await app.chooseFolder(join(target, 'subset'))
      await imports.getByLabel('Name', { exact: true }).fill('Taken back')
      await imports.getByRole('button', { name: 'Import', exact: true }).click()
      await page.getByRole('button', { name: 'Dataset: Taken back' }).waitFor()
      await untilInView(page, count)
      await filterBy(page, 'tagged("label error")')
      await untilInView(page, 1)
      await page.getByRole('group', { name: 'background' }).waitFor()
      await filterBy(page, 'efficientnet-lite0.correct = false or efficientnet-lite0.correct = true')
      await untilInView(page, count)
    })
  })
})
