// Whether Electron can run here, and if not, why, in one sentence. Looks only; fetch-electron.ts fetches.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type ElectronAnswer =
  | { readonly ok: true; readonly path: string }
  /** Completes "the desktop window cannot open: …". */
  | { readonly ok: false; readonly missing: 'display' | 'binary'; readonly reason: string }

export interface ElectronSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** The folder that holds node_modules. */
  readonly root: string
}

export function canRunElectron({ env, platform, root }: ElectronSurroundings): ElectronAnswer {
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
    return { ok: false, missing: 'display', reason: 'there is no display' }
  }
  const path = findBinary(env['ELECTRON_OVERRIDE_DIST_PATH'], platform, root)
  if (path === null) {
    return {
      ok: false,
      missing: 'binary',
      reason: 'Electron is not on this machine ("npx install-electron" fetches it)',
    }
  }
  return { ok: true, path }
}

/** The electron package's own file names the binary once it has been fetched. */
function findBinary(override: string | undefined, platform: NodeJS.Platform, root: string): string | null {
  const folder = join(root, 'node_modules', 'electron')
  const named = join(folder, 'path.txt')
  const name = existsSync(named) ? readFileSync(named, 'utf8').trim() : defaultNames[platform]
  if (name === undefined) return null
  const path = join(override || join(folder, 'dist'), name)
  return existsSync(path) ? path : null
}

const defaultNames: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'electron',
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
}
