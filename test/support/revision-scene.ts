// A dataset imported from the test hub, whose branch can move on to a folder of the test's own making.
import { cp } from 'node:fs/promises'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { RevisionDiff } from '#contract/hub.ts'
import { type HubFault, type HubRequest, type HubServer, startHubServer } from '../hub/hub-server.ts'
import { patience } from '../hub/open-test-hub.ts'
import { type TestEngine, openTestEngine, readSamples } from './test-engine.ts'
import { createTempFolder } from './temp-folder.ts'

export const repo = 'o/newer'

export interface RevisionScene {
  readonly server: HubServer
  readonly engine: TestEngine
  readonly dataset: string
  /** What the newer revision will be: a copy of the first, to be changed. */
  readonly next: string
  /** The branch is the folder `next` as it is now; the first commit stays (or is forgotten). */
  move(forgetsFirst?: boolean): void
  /** What goes wrong from now on; null = nothing. */
  fault: ((request: HubRequest) => HubFault | null) | null
  /** Bytes that the disk has left. */
  freeBytes: number
  compare(): Promise<RevisionDiff>
  /** Takes the newest revision over and waits for it. */
  take(): Promise<RevisionDiff>
  tag(name: string, where: string): Promise<void>
  /** Samples by file name, without their numbers. */
  samples(): Promise<Map<string, Record<string, unknown>>>
  tagged(name: string): Promise<string[]>
  /** Paths of files that were asked for since `from` requests. */
  filesAsked(from: number): string[]
}

/** `draw` fills the folder of the first revision. */
export async function openRevisionScene(
  draw: (folder: string) => Promise<unknown>,
  options: { readonly lfsBytes?: number; readonly library?: string } = {},
): Promise<RevisionScene> {
  const [first, next] = [await createTempFolder(), await createTempFolder()]
  await draw(first)
  await cp(first, next, { recursive: true })
  const described = { type: 'dataset' as const, name: repo, folder: first, branches: { before: first } }
  const server = await startHubServer({
    repos: [described],
    fault: (request) => scene.fault?.(request) ?? null,
    ...(options.lfsBytes === undefined ? {} : { lfsBytes: options.lfsBytes }),
  })
  const library = options.library ?? path.join(await createTempFolder(), 'library')
  const engine = await openTestEngine(library, false, {
    hub: {
      ...patience().options,
      endpoint: server.endpoint,
      pythonCache: path.join(library, 'none'),
      measureFreeBytes: () => Promise.resolve(scene.freeBytes),
    },
  })
  onTestFinished(async () => {
    await engine.close()
    await server.close()
  })
  const scene: RevisionScene = {
    server,
    engine,
    dataset: '',
    next,
    fault: null,
    freeBytes: 1e12,
    move(forgetsFirst = false) {
      described.folder = next
      if (forgetsFirst) described.branches = { before: next }
      server.refresh()
    },
    compare: () => engine.call('revisions.compare', { dataset: scene.dataset }),
    async take() {
      const { to } = await scene.compare()
      const { job } = await engine.call('revisions.take', { dataset: scene.dataset, sha: to })
      return (await engine.engine.jobs.wait(job.id)).result!['diff'] as RevisionDiff
    },
    async tag(name, where) {
      const target = { kind: 'filter', filter: await engine.where(scene.dataset, where) } as const
      await engine.call('tags.apply', { dataset: scene.dataset, target, tag: name, on: true })
    },
    async samples() {
      const samples = await readSamples(engine, scene.dataset)
      return new Map(samples.map(({ id: _id, file_name: name, ...sample }) => [String(name), sample]))
    },
    async tagged(name) {
      return [...(await scene.samples())].flatMap(([file, { tags }]) =>
        (tags as string[]).includes(name) ? [file] : [],
      )
    },
    filesAsked: (from) =>
      server.requests
        .slice(from)
        .filter(({ host, path: file }) => host === 'hub' && file.includes('/resolve/'))
        .map(({ path: file }) => file.replace(/^.*\/resolve\/[^/]+\//, '')),
  }
  const dataset = await engine.import({ kind: 'hub', repo, revision: null })
  return Object.assign(scene, { dataset })
}
