// Global set-up of the integration suite. Processes that are killed leave nothing in Node's cache of compiled sources: one that
// loads the engine and, without a parent, the prediction process ends by itself, and the others find what it has compiled.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What does not load is left to the tests to tell. */
export async function setup(): Promise<void> {
  const args = ['--import', './main/engine/create-engine.ts', 'native-models/predict-process.ts']
  await once(spawn(process.execPath, args, { cwd: root, stdio: 'ignore' }), 'exit')
}
