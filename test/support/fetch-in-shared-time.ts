// Imports a Hub dataset, or goes on with one, and makes all its thumbnails, by a clock that it shares with whoever started
// it; killed at any moment. Arguments: library, repository, endpoint, how far the clock is ahead of the system's.
import path from 'node:path'
import { openTestEngine } from './test-engine.ts'

export type ChildNews =
  | { readonly kind: 'wait'; readonly number: number; readonly until: number }
  | { readonly kind: 'progress' }
  /** The index is there; so many ms later the first screen of thumbnails. */
  | { readonly kind: 'indexed'; readonly samples: number; readonly screenMs: number }

/** A wait is over: the clock's lead now. */
export interface WaitOver {
  readonly number: number
  readonly aheadMs: number
}

const shown = 24
const [library = '', repo = '', endpoint = '', ahead = '0'] = process.argv.slice(2)
let aheadMs = Number(ahead)
let waits = 0
const waiting = new Map<number, () => void>()
const tell = (news: ChildNews) => process.send?.(news)
process.on('message', (over: WaitOver) => {
  aheadMs = Math.max(aheadMs, over.aheadMs)
  waiting.get(over.number)?.()
  waiting.delete(over.number)
})

const now = () => Date.now() + aheadMs
const hub = {
  endpoint,
  pythonCache: path.join(library, 'none'),
  now,
  delay: (ms: number) =>
    new Promise<void>((resolve) => {
      waiting.set(++waits, resolve)
      tell({ kind: 'wait', number: waits, until: now() + ms })
    }),
}
const engine = await openTestEngine(library, false, { hub })
const unlisten = engine.engine.events.listen((name) => name === 'job.changed' && tell({ kind: 'progress' }))
const [known] = await engine.call('datasets.list', {})
const dataset = known?.id ?? (await engine.import({ kind: 'hub', repo, revision: null }))
if (known === undefined) {
  const startedMs = performance.now()
  const never = new AbortController().signal
  const ids = Array.from({ length: shown }, (_, i) => i + 1)
  await Promise.all(ids.map((id) => engine.engine.image(dataset, id, 'thumb', never)))
  const { samples } = await engine.call('datasets.open', { dataset })
  tell({ kind: 'indexed', samples, screenMs: performance.now() - startedMs })
}
const { job } = await engine.call('datasets.fetchImages', { dataset })
await engine.engine.jobs.wait(job.id)
unlisten()
await engine.close()
process.disconnect()
