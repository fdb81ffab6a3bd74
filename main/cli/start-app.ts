// Opens the app: an Electron window where one can run, else the browser shell, with the reason in one line.
import type { ServedEngine } from '#serve/served-engine.ts'
import { fetchElectron } from './fetch-electron.ts'
import { type ElectronAnswer, canRunElectron } from './find-electron.ts'
import { runElectron } from './run-electron.ts'
import { serveBrowser } from './serve-browser.ts'

export interface OpenAppOptions {
  readonly library: string
  /** The folder that holds package.json and node_modules. */
  readonly root: string
  readonly rendererDir: string
  /** Makes the engine for the browser shell; the window has one of its own, and a library has room for one. */
  readonly createEngine: () => ServedEngine & { close(): Promise<void> | void }
  /** Go straight to the browser shell. */
  readonly browser: boolean
  /** 0 = any free port. */
  readonly port: number
  /** Show the browser shell's address in a browser where there is a desktop. */
  readonly open: boolean
  readonly print: (line: string) => void
  readonly signal: AbortSignal
}

/** Resolves when the window has been closed or the signal has ended the server. */
export async function openApp(options: OpenAppOptions): Promise<void> {
  const { root, library, signal, print } = options
  if (!options.browser) {
    const electron = await findElectron(options)
    if (electron.ok) {
      print('Foible is open in its own window. Close the window to end.')
      const end = await runElectron({ path: electron.path, root, library, signal })
      if (end.kind === 'closed') return
      print(`The desktop window cannot open: ${end.reason}. Using the browser instead.`)
    } else {
      print(`The desktop window cannot open: ${electron.reason}. Using the browser instead.`)
    }
  }
  const engine = options.createEngine()
  try {
    await serveBrowser({
      engine,
      host: '127.0.0.1',
      port: options.port,
      allowRemote: false,
      rendererDir: options.rendererDir,
      open: options.open,
      announce: (url) => print(`Foible is at ${url}\nThe address works once. Press Ctrl+C to end.`),
      signal,
    })
  } finally {
    await engine.close()
  }
}

/** Where there is a display and only the program is missing, it is fetched; that happens once. */
async function findElectron({ root, print, signal }: OpenAppOptions): Promise<ElectronAnswer> {
  const look = () => canRunElectron({ env: process.env, platform: process.platform, root })
  const found = look()
  if (found.ok || found.missing === 'display') return found
  print('Fetching Electron (about 110 MB, once) …')
  const problem = await fetchElectron({ root, env: process.env, signal })
  return problem === null ? look() : { ok: false, missing: 'binary', reason: problem }
}
