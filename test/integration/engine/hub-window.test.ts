// A dataset of more images than the Hub allows requests in its window: ImageNet-D's double in small, and a smaller window.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { startHubServer } from '../../hub/hub-server.ts'
import { writeImagenetD } from '../../support/doubles/imagenet-d.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { openTestEngine } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

const windowMs = 300_000
const looked = 24

// More than one page of a listing.
const many = { background: 900, texture: 180, material: 120 }
const few = { background: 350, texture: 90, material: 60 }

it.each([
  { layout: 'zcs15', requests: 700, images: 1200, counts: many },
  { layout: 'voxel51', requests: 300, images: 500, counts: few },
] as const)(
  '[HU70] a window of $requests requests: an index of few, what is looked at first, and all $images images in the end: $layout',
  async ({ layout, requests, images, counts }) => {
    const folder = await createTempFolder()
    await writeImagenetD({ layout, folder, counts })
    let now = 1_000_000
    const waits: number[] = []
    const server = await startHubServer({
      repos: [{ type: 'dataset', name: `${layout}/ImageNet-D`, folder }],
      limit: { requests, windowMs, now: () => now },
    })
    onTestFinished(() => server.close())
    const delay = (ms: number) => {
      waits.push(ms)
      // Several wait at once: the clock goes on to where each of them wanted to be, not further.
      const until = now + ms
      return new Promise<void>((resolve) =>
        setImmediate(() => {
          now = Math.max(now, until)
          resolve()
        }),
      )
    }
    const hub = { endpoint: server.endpoint, now: () => now, delay, pythonCache: path.join(folder, 'none') }
    const engine = await openTestEngine(path.join(await createTempFolder(), 'library'), false, { hub })
    onTestFinished(() => engine.close())
    const dataset = await engine.import({ kind: 'hub', repo: `${layout}/ImageNet-D`, revision: null })
    const isResolve = ({ path: file }: { readonly path: string }) => file.includes('/resolve/')
    expect(server.requests.filter(isResolve).length).toBeLessThan(20)
    expect((await engine.call('datasets.open', { dataset })).samples).toBe(images)

    const { job } = await engine.call('datasets.fetchImages', { dataset })
    await engine.until('job.changed', (event) => event.job.id === job.id && event.job.done >= 100)
    const before = server.requests.length
    const shown = Array.from({ length: looked }, (_, i) => images - i)
    await Promise.all(shown.map((id) => engine.engine.image(dataset, id, 'thumb', neverAborted)))
    const samples = await Promise.all(shown.map((id) => engine.call('samples.get', { dataset, id })))
    const inOrder = server.requests.slice(before).filter(isResolve)
    const places = samples.map(({ fileName }) => inOrder.findIndex(({ path: file }) => file.endsWith(`/${fileName}`)))
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0)
    // Of the background as many came before the last of them as there are places for it, not all that stood before them.
    expect(Math.max(...places)).toBeLessThan(looked * 4)
    await engine.engine.jobs.wait(job.id)

    const media = path.join(engine.library, 'datasets', dataset, 'media')
    const files = (await readdir(media, { recursive: true })).filter((file) => file.endsWith('.png'))
    expect(files).toHaveLength(images)
    const asked = server.requests.filter((request) => isResolve(request) && request.path.endsWith('.png'))
    expect(new Set(asked.map(({ path: file }) => file)).size).toBe(asked.length)
    expect(waits.length).toBeGreaterThan(0)
  },
)
