// Foible in a real Electron, driven through Playwright.
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import type { App, LaunchOptions } from './app.ts'
import { until, untilGone } from './processes.ts'

const root = resolve(import.meta.dirname, '..', '..', '..')

/** The test runtime loads main scripts after Electron is ready, too late for schemes. */
const schemes = join(root, 'dist', 'electron', 'declare-schemes.cjs')

export async function launchElectronShell(executablePath: string, { folder, library }: LaunchOptions): Promise<App> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const electron = await _electron.launch({
    executablePath,
    args: [...asRoot, '-r', schemes, root, `--library=${library}`, `--user-data-dir=${join(folder, 'user-data')}`],
  })
  const page = await electron.firstWindow()
  page.setDefaultTimeout(30_000)
  const enginePid = async () => {
    const pid = await findEngine(electron)
    if (pid === null) throw new Error('The engine has no process.')
    return pid
  }
  return {
    page,
    enginePid,
    async killEngine() {
      const killed = await enginePid()
      process.kill(killed, 'SIGKILL')
      await untilGone(killed)
      await until(async () => ![null, killed].includes(await findEngine(electron)), 'another engine')
    },
    close: () => electron.close(),
  }
}

/** The main process knows its children by their names; null while there is no engine. */
function findEngine(electron: ElectronApplication): Promise<number | null> {
  return electron.evaluate(
    ({ app }) =>
      app.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Foible engine'))?.pid ?? null,
  )
}
