// Global set-up of the e2e suite: one library with the sample and a finished run, made by the command line. Each test
// works on a copy of its own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { runFoible } from './run-foible.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A library with the sample and a run of efficientnet-lite0; null where no shell can be tested. */
    readonly library: string | null
  }
}

const root = resolve(import.meta.dirname, '..', '..', '..')

let folder: string | null = null

export async function setup(project: TestProject): Promise<void> {
  if (process.env['FOIBLE_TEST_ELECTRON'] === undefined && process.env['FOIBLE_TEST_CHROMIUM'] === undefined) {
    project.provide('library', null)
    return
  }
  folder = await mkdtemp(join(tmpdir(), 'foible-e2e-'))
  const library = join(folder, 'library')
  await runFoible('import', join(root, 'build', 'sample', 'foible-sampler'), '--library', library)
  await runFoible('predict', 'foible-sampler', 'efficientnet-lite0', '--library', library)
  project.provide('library', library)
}

export async function teardown(): Promise<void> {
  if (folder !== null) await rm(folder, { recursive: true, force: true })
}
