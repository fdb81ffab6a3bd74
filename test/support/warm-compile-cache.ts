// Global set-up of the integration suite. Prediction processes are killed, never end, and so leave nothing in Node's cache of
// compiled sources; started without a parent one ends by itself, and each of the others finds what it has compiled.
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'

export async function setup(): Promise<void> {
  await promisify(execFile)(process.execPath, [resolve(import.meta.dirname, '../../native-models/predict-process.ts')])
}
