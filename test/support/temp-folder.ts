// A folder of its own for each test, gone afterwards.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export async function createTempFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'foible-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
