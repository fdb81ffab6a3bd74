// The program under test as a journey sees it: a page, and a way to hurt the engine behind it. Both shells look alike.
import type { Page } from 'playwright-core'
import { launchBrowserShell } from './browser-shell.ts'
import { launchElectronShell } from './electron-shell.ts'

export interface App {
  readonly page: Page
  /** Kills the engine's process without warning, as a crash would, and brings the page back to a living engine. */
  killEngine(): Promise<void>
  /** Chooses a folder inside the test's own folder in the dialog that is open, as a person would on this shell. */
  chooseFolder(path: string): Promise<void>
  /** The same for a file. */
  chooseFile(path: string): Promise<void>
  /** Process id of the engine. */
  enginePid(): Promise<number>
  close(): Promise<void>
}

export interface LaunchOptions {
  /** A folder of this test's own; it holds the library and the shell's settings. */
  readonly folder: string
  readonly library: string
  /** Of the shell's processes, beside what the tests have. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Shell {
  readonly name: string
  /** Why this shell cannot be tested here; null if it can. */
  readonly missing: string | null
  launch(options: LaunchOptions): Promise<App>
}

const { env } = process

export const shells: readonly Shell[] = [
  {
    name: 'Electron',
    missing: missing(env['FOIBLE_TEST_ELECTRON'], env['FOIBLE_TEST_NO_ELECTRON']),
    launch: (options) => launchElectronShell(env['FOIBLE_TEST_ELECTRON'] ?? '', options),
  },
  {
    name: 'browser',
    missing: missing(env['FOIBLE_TEST_CHROMIUM'], env['FOIBLE_TEST_NO_CHROMIUM']),
    launch: (options) => launchBrowserShell(env['FOIBLE_TEST_CHROMIUM'] ?? '', options),
  },
]

function missing(path: string | undefined, reason: string | undefined): string | null {
  return path === undefined ? (reason ?? 'the e2e suite is run by "npm test", which finds the shells') : null
}
