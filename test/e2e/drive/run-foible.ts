// The built command line, for what a journey finds prepared.
import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '..', '..', '..')

export async function runFoible(...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, 'build', 'foible.mjs'), ...args], { cwd: root })
}
