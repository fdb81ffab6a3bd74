// Fetches a double of ImageNet-D from the test hub, killed again and again at moments drawn from a seed, until it is whole;
// and looks at what is there then. The Hub's window of requests goes by a clock that does not wait.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { DatasetHandle } from '#engine/dataset-handle.ts'
import { listFileNames } from '#store/sample-table.ts'
import { createRandom } from '../bench/synthetic-library.ts'
import { startHubServer } from '../hub/hub-server.ts'
import type { ChildNews, WaitOver } from './fetch-in-shared-time.ts'
import { type ImagenetDOptions, writeImagenetD } from './doubles/imagenet-d.ts'
import { projectRoot } from './test-engine.ts'

const windowMs = 300_000

export interface KillOptions extends Pick<ImagenetDOptions, 'layout' | 'counts'> {
  /** An empty folder for everything. */
  readonly folder: string
  readonly kills: number
  readonly seed: number
  /** Requests that the Hub allows in five minutes. */
  readonly window: number
  /** A kill comes after at most so many requests. All of them come true where they need fewer requests than there are images. */
  readonly maxGap: number
}

export interface Survived {
  readonly images: number
  readonly killed: number
  readonly samples: number
  readonly distinctNames: number
  readonly files: number
  readonly wrongFiles: readonly string[]
  /** Files that should not be there. */
  readonly leftOver: readonly string[]
  readonly thumbnails: number
  readonly resolveRequests: number
  readonly refused: number
  /** The most requests in one of the Hub's windows, refused ones included. */
  readonly mostInWindow: number
  readonly virtualMs: number
  /** From the index to a screen of thumbnails; null where a kill came between. */
  readonly screenMs: number | null
}

export async function surviveKills(options: KillOptions): Promise<Survived> {
  const random = createRandom(options.seed)
  const source = path.join(options.folder, 'source')
  const library = path.join(options.folder, 'library')
  const repo = `${options.layout}/ImageNet-D`
  const { layout, counts } = options
  const images = await writeImagenetD({ layout, folder: source, ...(counts ? { counts } : {}) })
  let aheadMs = 0
  const now = () => Date.now() + aheadMs
  const startedAt = now()
  const windows = new Map<number, number>()
  let windowStart = -Infinity
  let allowed = 0
  const moment = { requests: Infinity, progress: Infinity, kill: () => {} }
  const count = (what: 'requests' | 'progress') => {
    if (--moment[what] === 0) moment.kill()
  }
  const server = await startHubServer({
    repos: [{ type: 'dataset', name: repo, folder: source }],
    limit: { requests: options.window, windowMs, now },
    fault: (request) => {
      if (isResolve(request)) {
        allowed++
        if (now() >= windowStart + windowMs) windowStart = now()
        windows.set(windowStart, (windows.get(windowStart) ?? 0) + 1)
      }
      count('requests')
      return null
    },
  })
  let screenMs: number | null = null
  const run = async () => {
    const args = [library, repo, server.endpoint, String(aheadMs)]
    const child = spawn(process.execPath, ['test/support/fetch-in-shared-time.ts', ...args], {
      cwd: projectRoot,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    moment.kill = () => child.kill('SIGKILL')
    child.on('message', (news: ChildNews) => {
      if (news.kind === 'progress') count('progress')
      if (news.kind === 'indexed') ({ screenMs } = news)
      if (news.kind !== 'wait') return
      aheadMs = Math.max(aheadMs, news.until - Date.now())
      // It may have been killed meanwhile: then nobody waits any more.
      child.send({ number: news.number, aheadMs } satisfies WaitOver, () => undefined)
    })
    return await new Promise<string>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? String(code))))
  }
  try {
    let killed = 0
    let ended = ''
    while (ended !== '0') {
      const isLast = killed >= options.kills
      const gap = 1 + Math.floor(random() * options.maxGap)
      const byProgress = random() < 0.3
      // How often progress is told is a matter of the machine: where it is not told often enough, so many requests are.
      moment.requests = isLast ? Infinity : byProgress ? options.maxGap : gap
      moment.progress = isLast || !byProgress ? Infinity : 1 + (gap % 25)
      ended = await run()
      if (ended === 'SIGKILL') killed++
      else if (ended !== '0') throw new Error(`it ended with ${ended}`)
    }
    const asked = server.requests.filter(isResolve).length
    return {
      images: images.length,
      killed,
      ...(await lookAt(library, source, images)),
      resolveRequests: asked,
      refused: asked - allowed,
      mostInWindow: Math.max(...windows.values()) + (asked - allowed),
      virtualMs: now() - startedAt,
      screenMs,
    }
  } finally {
    await server.close()
  }
}

const isResolve = ({ path: file, host }: { readonly path: string; readonly host: string }) =>
  host === 'hub' && file.includes('/resolve/')

async function lookAt(library: string, source: string, images: readonly { readonly path: string }[]) {
  const datasets = path.join(library, 'datasets')
  const [dataset = ''] = await readdir(datasets)
  const media = path.join(datasets, dataset, 'media')
  const files = (await readdir(media, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(media, path.join(entry.parentPath, entry.name)))
  const wanted = new Set(images.map((image) => image.path))
  const wrongFiles: string[] = []
  for (const file of wanted) {
    const [own, right] = await Promise.all([hash(path.join(media, file)), hash(path.join(source, file))])
    if (own !== right) wrongFiles.push(file)
  }
  const parts = (await readdir(library, { recursive: true })).filter((file) => file.endsWith('.part'))
  const handle = new DatasetHandle(dataset, path.join(datasets, dataset))
  try {
    return {
      samples: handle.rowCount,
      distinctNames: new Set(listFileNames(handle.db)).size,
      files: files.length,
      wrongFiles,
      leftOver: [
        ...parts,
        ...files.filter((file) => !wanted.has(file)),
        ...(await readdir(datasets)).filter((name) => name !== dataset),
      ],
      thumbnails: handle.thumbnails.count(),
    }
  } finally {
    handle.close()
  }
}

/** '' where there is no file. */
async function hash(file: string): Promise<string> {
  const content = await readFile(file).catch(() => null)
  return content === null ? '' : createHash('sha256').update(content).digest('hex')
}
