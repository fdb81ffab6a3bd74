// Foible in a real Electron, driven through Playwright.
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import type { App, LaunchOptions } from './app.ts'
import { untilGone } from './processes.ts'

const root = resolve(import.meta.dirname, '..', '..', '..')

export async function launchElectronShell(executablePath: string, { folder, library }: LaunchOptions): Promise<App> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const electron = await _electron.launch({
    executablePath,
    args: [...asRoot, root, `--library=${library}`, `--user-data-dir=${join(folder, 'user-data')}`],
  })
  const page = await electron.firstWindow()
  page.setDefaultTimeout(30_000)
  const enginePid = () => findEngine(electron)
  return {
    page,
    enginePid,
    async killEngine() {
      const pid = await enginePid()
      process.kill(pid, 'SIGKILL')
      await untilGone(pid)
      await untilConnected(page)
    },
    close: () => electron.close(),
  }
}

/** The main process knows its children by their names. */
async function findEngine(electron: ElectronApplication): Promise<number> {
  const pid = await electron.evaluate(
    ({ app }) =>
      app.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Foible engine'))?.pid,
  )
  if (pid === undefined) throw new Error('The engine has no process.')
  return pid
}

async function untilConnected(page: Page): Promise<void> {
  await page
    .getByRole('alert')
    .filter({ hasText: /engine/i })
    .waitFor({ state: 'hidden' })
}
