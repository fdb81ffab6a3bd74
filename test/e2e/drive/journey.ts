// A journey is a test that runs on every shell, with a folder and a library of its own.
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { App, Shell } from './app.ts'

export interface Journey {
  readonly app: App
  /** This test's own folder, outside the library. */
  readonly folder: string
}

export interface JourneyOptions {
  /** Of the shell's processes, beside what the tests have. */
  readonly env?: Readonly<Record<string, string>>
  /** Called with the library before the shell opens it. */
  readonly prepare?: (library: string) => Promise<void>
}

/** `library`: an empty one, or a copy of the one that holds the sample and a run. */
export async function takeJourney(
  shell: Shell,
  library: 'empty' | 'prepared',
  travel: (journey: Journey) => Promise<void>,
  { env = {}, prepare }: JourneyOptions = {},
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'foible-journey-'))
  const own = join(folder, 'library')
  const prepared = inject('library')
  if (library === 'prepared' && prepared !== null) await cp(prepared, own, { recursive: true })
  await prepare?.(own)
  const app = await shell.launch({ folder, library: own, env })
  try {
    await travel({ app, folder })
  } finally {
    await app.close()
    await rm(folder, { recursive: true, force: true })
  }
}
