// A table that somebody else made, as one more field.
import { readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { describe, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { filterBy, openSample, untilInView } from './drive/workspace.ts'

const metadata = resolve(import.meta.dirname, '..', '..', 'build', 'sample', 'foible-sampler', 'metadata.jsonl')

describe.each(shells)('joining in $name', (shell) => {
  it('[E2E9] joins a CSV and filters by its column', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app, folder }) => {
      const { page } = app
      const lines = (await readFile(metadata, 'utf8')).trim().split('\n')
      const names = lines.map((line) => basename((JSON.parse(line) as { file_name: string }).file_name))
      const rows = names.slice(0, 300).map((name, i) => `${name},${i < 120 ? 'rain' : 'sun'},${i}`)
      const file = join(folder, 'weather.csv')
      await writeFile(file, ['file_name,weather,order', ...rows, 'of-another-set.jpg,rain,300', ''].join('\n'))

      await openSample(page)
      await page.getByRole('button', { name: /^Dataset:/ }).click()
      await page.getByRole('menuitem', { name: 'Join a file or predictions…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Join a file' })
      await dialog.waitFor()
      await app.chooseFile(file)
      await dialog.getByText('A table of values, 301 rows').waitFor()
      await dialog.getByRole('checkbox', { name: 'order' }).uncheck()
      await dialog.getByRole('button', { name: 'Join', exact: true }).click()
      await dialog.waitFor({ state: 'hidden' })

      await page.getByRole('group', { name: 'weather' }).waitFor()
      await filterBy(page, 'weather = rain')
      await untilInView(page, 120)
    })
  })
})
