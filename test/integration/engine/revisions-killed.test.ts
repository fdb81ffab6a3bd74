// Killed at any step while a revision is taken over: the next start has the old dataset or the new one, whole.
import { spawn } from 'node:child_process'
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { drawColours } from '../../support/colour-folder.ts'
import { openRevisionScene } from '../../support/revision-scene.ts'
import { openTestEngine, projectRoot, readSamples } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

it('[RV33] has the old dataset or the new one after a kill at whatever step', async () => {
  const scene = await openRevisionScene((folder) => drawColours(folder, 12))
  const { dataset, engine, next, server } = scene
  const { job } = await engine.call('datasets.fetchImages', { dataset })
  await engine.engine.jobs.wait(job.id)
  await scene.tag('look', 'label = "red"')
  await mkdir(path.join(next, 'moved'))
  await rename(path.join(next, 'red/000.png'), path.join(next, 'moved/000.png'))
  await rm(path.join(next, 'metadata.csv'))
  scene.move()
  await engine.close()

  const look = async (library: string) => {
    const again = await openTestEngine(library, false, { hub: { endpoint: server.endpoint } })
    try {
      const { source, tags } = await again.call('datasets.open', { dataset })
      const datasets = path.join(library, 'datasets')
      const files = (await readdir(path.join(datasets, dataset, 'media'), { recursive: true })).sort()
      return { source, tags, samples: await readSamples(again, dataset), files, folders: await readdir(datasets) }
    } finally {
      await again.close()
    }
  }
  const run = async (library: string, step: number) => {
    const args = ['test/support/take-until-killed.ts', library, server.endpoint, dataset, String(step)]
    const child = spawn(process.execPath, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()))
    return await new Promise<{ ended: string; out: string }>((resolve) =>
      child.once('close', (code, signal) => resolve({ ended: signal ?? String(code), out })),
    )
  }
  const copy = async () => {
    const library = path.join(await createTempFolder(), 'library')
    await cp(engine.library, library, { recursive: true })
    return library
  }
  const old = await look(await copy())
  const whole = await copy()
  const steps = Number((await run(whole, 0)).out)
  const taken = await look(whole)
  expect(taken.source).not.toEqual(old.source)
  expect(taken.files).not.toEqual(old.files)
  // One early, one in the middle, and each of those around the exchange of the folders.
  for (const step of [1, Math.floor(steps / 2), steps - 3, steps - 2, steps - 1, steps]) {
    const library = await copy()
    expect(await run(library, step)).toMatchObject({ ended: 'SIGKILL' })
    const found = await look(library)
    expect([old, taken]).toContainEqual(found)
    expect(await run(library, 0)).toMatchObject({ ended: '0' })
    expect(await look(library)).toEqual(taken)
  }
})
