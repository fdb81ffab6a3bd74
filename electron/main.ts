// Electron's main process: the app's life from start to quit. Everything that computes lives in the engine's process.
import './declare-schemes.ts'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { BrowserWindow, app, dialog, safeStorage } from 'electron'
import { serveBridge } from './bridge.ts'
import { EngineHost } from './engine-host.ts'
import { installMenu } from './menu.ts'
import { confinePages, openWindow, refusePermissions } from './open-window.ts'
import { serveImages, servePage } from './protocols.ts'
import { SecretStore } from './secret-store.ts'

/** Chromium's own switches are among the arguments; only `--library` is ours. */
function readLibrary(): string | null {
  const { values } = parseArgs({
    args: process.argv.slice(1),
    options: { library: { type: 'string' } },
    strict: false,
    allowPositionals: true,
  })
  return typeof values.library === 'string' ? values.library : null
}

async function run(): Promise<void> {
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  confinePages()
  await app.whenReady()
  const host = new EngineHost({
    library: readLibrary(),
    secrets: new SecretStore(join(app.getPath('userData'), 'secrets.json'), safeStorage),
    onRefused(reason) {
      process.stderr.write(`foible: ${reason}\n`)
      dialog.showErrorBox('Foible cannot go on', reason)
      app.exit(1)
    },
  })
  installMenu()
  refusePermissions()
  servePage()
  serveImages(host)
  serveBridge(host)
  openWindow()

  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  let isStopped = false
  app.on('before-quit', (event) => {
    if (isStopped) return
    event.preventDefault()
    void host.stop().then(() => {
      isStopped = true
      app.quit()
    })
  })
}

app.setName('Foible')
if (app.requestSingleInstanceLock()) {
  run().catch((error: unknown) => {
    process.stderr.write(`foible: the window could not be opened: ${String(error)}\n`)
    app.exit(1)
  })
} else {
  app.quit()
}
