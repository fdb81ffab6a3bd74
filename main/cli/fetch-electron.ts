// Fetches Electron's program with the package's own installer, once, on machines that could show a window.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface FetchElectron {
  /** The folder that holds node_modules. */
  readonly root: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** null once it is there, else why not (completes "the desktop window cannot open: …"). */
export function fetchElectron({ root, env, signal }: FetchElectron): Promise<string | null> {
  const installer = join(root, 'node_modules', 'electron', 'install.js')
  if (!existsSync(installer)) return Promise.resolve('Electron is not among the installed packages')
  const child = spawn(process.execPath, [installer], { env, stdio: ['ignore', 'ignore', 'pipe'], signal })
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString('utf8')).slice(-4000)
  })
  return new Promise((resolve) => {
    const failed = (why: string) => resolve(`Electron could not be fetched (${why})`)
    child.once('error', (error) => failed(error.message))
    child.once('exit', (code) => (code === 0 ? resolve(null) : failed(firstLine(stderr) ?? `exit code ${code}`)))
  })
}

/** The sentence of a stack trace. */
function firstLine(text: string): string | null {
  return text.trim().split('\n')[0]?.trim() || null
}
