// Killed at any request, started again: no file is lost, none is there twice, none is fetched again once it was checked.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startHubServer } from '../../hub/hub-server.ts'
import { writeImagenetD } from '../../support/doubles/imagenet-d.ts'
import { projectRoot } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

/** Requests after which it is killed, in turn: in the listing, at the first files, between and among the images. */
const killedAfter = [2, 5, 23, 41, 64, 9, 77]
const counts = { background: 90, texture: 20, material: 10 }

it('[HU71] survives kills at whatever request', async () => {
  const source = await createTempFolder()
  const images = await writeImagenetD({ layout: 'zcs15', folder: source, counts })
  let countdown = Infinity
  let kill = () => {}
  const server = await startHubServer({
    repos: [{ type: 'dataset', name: 'zcs15/ImageNet-D', folder: source }],
    fault: () => {
      if (--countdown === 0) kill()
      return null
    },
  })
  onTestFinished(() => server.close())
  const library = path.join(await createTempFolder(), 'library')
  const run = async () => {
    const child = spawn(process.execPath, ['test/support/fetch-until-killed.ts', library, 'zcs15/ImageNet-D'], {
      cwd: projectRoot,
      env: { ...process.env, HF_ENDPOINT: server.endpoint, HF_HUB_CACHE: path.join(library, 'none') },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    kill = () => child.kill('SIGKILL')
    return await new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)))
  }
  for (const requests of killedAfter) {
    countdown = requests
    expect(await run()).toBe('SIGKILL')
  }
  countdown = Infinity
  expect(await run()).toBe(0)

  const media = path.join(library, 'datasets/imagenet-d/media')
  const files = (await readdir(media, { recursive: true })).filter((file) => path.extname(file) !== '')
  expect(files.sort()).toEqual(images.map((image) => image.path).sort())
  for (const image of images) {
    const [own, right] = [await readFile(path.join(media, image.path)), await readFile(path.join(source, image.path))]
    expect(createHash('sha256').update(own).digest('hex')).toBe(createHash('sha256').update(right).digest('hex'))
  }
  expect(existsSync(path.join(library, 'datasets/.importing-imagenet-d'))).toBe(false)
})
