// Runs Foible's window in Electron until it is closed.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface ElectronRun {
  readonly path: string
  /** The folder whose package.json names the main script. */
  readonly root: string
  readonly library: string
  /** Ends the window. */
  readonly signal: AbortSignal
}

export type ElectronEnd =
  | { readonly kind: 'closed' }
  /** It ended by itself before anybody can have used it: a missing system library, a broken display. */
  | { readonly kind: 'never-opened'; readonly reason: string }

/** A window that fails fails at once; later exits are the user's. */
const openingMs = 10_000

export function runElectron({ path, root, library, signal }: ElectronRun): Promise<ElectronEnd> {
  // Chromium refuses to run as root inside its sandbox.
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0
  // An Electron that is brought along may load main scripts after it is ready, too late to declare schemes.
  const schemes = join(root, 'dist', 'electron', 'declare-schemes.cjs')
  const args = [...(asRoot ? ['--no-sandbox'] : []), '-r', schemes, root, `--library=${library}`]
  const startedAt = performance.now()
  const child = spawn(path, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-4000)
  })
  const end = () => child.kill()
  signal.addEventListener('abort', end, { once: true })
  return new Promise((resolve) => {
    const settle = (result: ElectronEnd) => {
      signal.removeEventListener('abort', end)
      resolve(result)
    }
    child.once('error', (error) => settle({ kind: 'never-opened', reason: error.message }))
    child.once('exit', (code, by) => {
      const failed = (code !== 0 || by !== null) && !signal.aborted && performance.now() - startedAt < openingMs
      settle(
        failed
          ? { kind: 'never-opened', reason: lastLine(stderr) ?? `it ended with ${by ?? code}` }
          : { kind: 'closed' },
      )
    })
  })
}

function lastLine(text: string): string | null {
  return text.trim().split('\n').at(-1)?.trim() || null
}
