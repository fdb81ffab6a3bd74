// Leaving with figures: a report, and a chart as a drawing, as pixels and as its numbers.
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { openSample } from './drive/workspace.ts'

describe.each(shells)('saving in $name', (shell) => {
  it('[E2E10] writes a report of the view', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app, folder }) => {
      const { page } = app
      await openSample(page)
      const target = join(folder, 'reports')
      await mkdir(target)
      await page.getByRole('button', { name: /^Dataset:/ }).click()
      await page.getByRole('menuitem', { name: 'Write a report…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Write a report' })
      await dialog.waitFor()
      await app.chooseFolder(target)
      await dialog.getByLabel('Name of the files').fill('sample')
      await dialog.getByRole('button', { name: 'Write', exact: true }).click()
      await dialog.getByText('sample.html and sample.md are written').waitFor()
      const html = await readFile(join(target, 'sample.html'), 'utf8')
      expect(html).toContain('What fools the models on')
      expect(html).toContain('data:image/webp;base64,')
    })
  })
})

describe('saving charts', () => {
  const shell = shells.find(({ name }) => name.includes('browser'))!

  it('[E2E11] saves a chart as it stands on the screen, and its figures', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app }) => {
      const { page } = app
      await openSample(page)
      await page.keyboard.press('g')
      await page.keyboard.press('s')
      const button = page.getByRole('button', { name: /^Save: Slices of/ })
      const save = async (item: string) => {
        await button.click()
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('menuitem', { name: item }).click(),
        ])
        return await readFile(await download.path())
      }
      const svg = String(await save('Picture (SVG)'))
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="\d+" height="\d+"/)
      expect(svg).toContain('images in the slice')
      expect(svg).toContain('Failure rate against n')
      expect(svg).not.toMatch(/class=|style=|Save/)
      const png = await save('Picture (PNG)')
      const width = Number(/width="(\d+)"/.exec(svg)?.[1])
      expect(png.subarray(1, 4).toString()).toBe('PNG')
      expect(png.readUInt32BE(16)).toBe(2 * width)
      const [heading, ...rows] = String(await save('Figures (CSV)'))
        .trimEnd()
        .split('\r\n')
      expect(heading).toMatch(/^\w+,n,failures,rate,.*wilson_low,wilson_high$/)
      expect(rows.length).toBeGreaterThan(1)
    })
  })
})
