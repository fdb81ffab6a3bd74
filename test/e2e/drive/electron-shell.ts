// Foible in a real Electron, driven through Playwright.
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication } from 'playwright-core'
import type { App, LaunchOptions } from './app.ts'
import { patienceMs, until, untilGone } from './processes.ts'

const root = resolve(import.meta.dirname, '..', '..', '..')

/** The test runtime loads main scripts after Electron is ready, too late for schemes. */
const schemes = join(root, 'dist', 'electron', 'declare-schemes.cjs')

export function electronArgs({ folder, library }: LaunchOptions): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return [...asRoot, '-r', schemes, root, `--library=${library}`, `--user-data-dir=${join(folder, 'user-data')}`]
}

export async function launchElectronShell(executablePath: string, options: LaunchOptions): Promise<App> {
  const electron = await _electron.launch({
    executablePath,
    args: electronArgs(options),
    timeout: patienceMs,
    // Electron takes no `undefined`.
    env: JSON.parse(JSON.stringify({ ...process.env, ...options.env })) as Record<string, string>,
  })
  const page = await electron.firstWindow({ timeout: patienceMs })
  page.setDefaultTimeout(patienceMs)
  const enginePid = async () => {
    const pid = await findEngine(electron)
    if (pid === null) throw new Error('The engine has no process.')
    return pid
  }
  return {
    page,
    enginePid,
    async chooseFolder(path) {
      await answerDialog(electron, path)
      await page.getByRole('button', { name: /^Choose (the|a) folder…$/ }).click()
    },
    async chooseFile(path) {
      await answerDialog(electron, path)
      await page.getByRole('button', { name: 'Choose a file…' }).click()
    },
    async killEngine() {
      const killed = await enginePid()
      process.kill(killed, 'SIGKILL')
      await untilGone(killed)
      await until(async () => ![null, killed].includes(await findEngine(electron)), 'another engine')
    },
    close: () => electron.close(),
  }
}

/** The system's dialog is outside the page; what it would return is put in its place. */
async function answerDialog(electron: ElectronApplication, path: string): Promise<void> {
  await electron.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)
}

/** The main process knows its children by their names; null while there is no engine. */
function findEngine(electron: ElectronApplication): Promise<number | null> {
  return electron.evaluate(
    ({ app }) =>
      app.getAppMetrics().find(({ name, serviceName }) => [name, serviceName].includes('Foible engine'))?.pid ?? null,
  )
}
