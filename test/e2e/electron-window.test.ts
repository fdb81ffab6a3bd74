// What only a desktop window can do, or must not.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { electronArgs } from './drive/electron-shell.ts'
import { takeJourney } from './drive/journey.ts'

const [shell] = shells.filter(({ name }) => name === 'Electron')
if (shell === undefined) throw new Error('Electron is not among the shells.')

describe('the window', () => {
  it('[EL1] confines the page', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'empty', async ({ app: { page } }) => {
      await page.getByRole('button', { name: 'Open the sample' }).waitFor()
      const globals = await page.evaluate(() =>
        ['require', 'process', 'module', 'electron'].filter((name) => name in window),
      )
      expect(globals).toEqual([])
      const inline = await page.evaluate(() => {
        const script = document.createElement('script')
        script.textContent = 'window.inlined = true'
        document.body.append(script)
        return 'inlined' in window
      })
      expect(inline).toBe(false)
    })
  })

  it('[EL2] refuses to navigate and to open windows', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'empty', async ({ app: { page } }) => {
      await page.getByRole('button', { name: 'Open the sample' }).waitFor()
      const address = page.url()
      const opened = await page.evaluate(() => window.open('http://127.0.0.1:9/') === null)
      expect(opened).toBe(true)
      // Playwright's locators wait for the navigation to end, which never began.
      const after = await page.evaluate(async () => {
        location.assign('http://127.0.0.1:9/')
        await fetch('foible-app://app/index.html').catch(() => null)
        return location.href
      })
      expect(after).toBe(address)
      expect(await page.evaluate(() => document.body.innerText)).toContain('Open the sample')
    })
  })

  it('[EL3] ends a second start and keeps the first', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'empty', async ({ app: { page }, folder }) => {
      await page.getByRole('button', { name: 'Open the sample' }).waitFor()
      const options = { folder, library: join(folder, 'library') }
      const second = spawn(process.env['FOIBLE_TEST_ELECTRON'] ?? '', electronArgs(options), { stdio: 'ignore' })
      const [code] = await once(second, 'exit')
      expect(code).toBe(0)
      expect(await page.getByRole('button', { name: 'Open the sample' }).isVisible()).toBe(true)
    })
  })

  it('[EL4] keeps its size', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'empty', async ({ app, folder }) => {
      await app.page.getByRole('button', { name: 'Open the sample' }).waitFor()
      await app.page.evaluate(() => window.resizeTo(1000, 700))
      await app.page.waitForFunction(() => window.outerWidth === 1000)
      await app.close()
      const state = await readFile(join(folder, 'user-data', 'window-state.json'), 'utf8')
      expect(JSON.parse(state)).toMatchObject({ width: 1000, height: 700, maximized: false })
    })
  })

  it('[EL5] serves the renderer and nothing else', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'empty', async ({ app: { page } }) => {
      await page.getByRole('button', { name: 'Open the sample' }).waitFor()
      const loads = await page.evaluate(
        async (addresses) => {
          const load = (address: string) =>
            new Promise<boolean>((resolve) => {
              const script = document.createElement('script')
              script.src = address
              script.addEventListener('load', () => resolve(true))
              script.addEventListener('error', () => resolve(false))
              document.head.append(script)
            })
          const own = document.querySelector('script')?.src ?? ''
          return Promise.all([own, ...addresses].map(load))
        },
        [
          'foible-app://app/..%2felectron/preload.cjs',
          'foible-app://app/%2e%2e/electron/preload.cjs',
          'foible-app://other/index.html',
        ],
      )
      expect(loads).toEqual([true, false, false, false])
    })
  })
})
