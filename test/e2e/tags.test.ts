// Marking what one sees, without the mouse.
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { filterBy, openGallery, openSample, untilInView } from './drive/workspace.ts'

describe.each(shells)('tagging in $name', (shell) => {
  it('[E2E3] tags by keyboard, filters on the tag and undoes it', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app: { page } }) => {
      await openSample(page)
      const images = await openGallery(page)
      const tagged = images.getByRole('option', { name: /tags: label error/ })
      await page.keyboard.press('Home')
      await page.keyboard.press('1')
      await tagged.nth(0).waitFor()
      await page.keyboard.press('1')
      await tagged.nth(1).waitFor()

      await page.keyboard.press('t')
      const dialog = page.getByRole('dialog', { name: 'Tag' })
      await dialog.getByLabel('Tag', { exact: true }).fill('seen')
      await page.keyboard.press('Escape')
      await dialog.getByLabel('Tag', { exact: true }).press('Enter')
      await dialog.waitFor({ state: 'hidden' })
      await images.getByRole('option', { name: /tags: seen/ }).waitFor()

      await filterBy(page, 'tagged("label error")')
      await untilInView(page, 2)
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await untilInView(page, 1485)
      expect(await tagged.count()).toBe(2)
    })
  })

  it('[E2E3] takes a tag back with u', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app: { page } }) => {
      await openSample(page)
      const images = await openGallery(page)
      const tagged = images.getByRole('option', { name: /tags: ambiguous/ })
      await page.keyboard.press('Home')
      await page.keyboard.press('2')
      await tagged.waitFor()
      await page.keyboard.press('u')
      await tagged.waitFor({ state: 'detached' })
    })
  })
})
