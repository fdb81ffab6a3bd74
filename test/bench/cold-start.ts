// A process of its own for the bench: opens a library, asks for the first counts, and prints how long that took.
import { everything } from '#core/filter/expr.ts'
import { createEngine } from '#engine/create-engine.ts'
import { connectRpc, serveRpc } from '#contract/rpc.ts'
import { createChannelPair } from '#contract/channel-pair.ts'
import { syntheticId } from './synthetic-library.ts'

const startedMs = performance.now()
const engine = createEngine({ library: process.argv[2]!, background: false })
const [near, far] = createChannelPair()
serveRpc(far, engine.handlers, String)
const client = connectRpc(near)
await client.call('datasets.open', { dataset: syntheticId })
const openedMs = performance.now() - startedMs
await client.call('query.counts', { dataset: syntheticId, filter: everything, facets: null, top: 20 })
const countedMs = performance.now() - startedMs
console.log(
  JSON.stringify({ openedMs, countedMs, processMs: performance.now(), memoryMb: process.memoryUsage().rss / 1e6 }),
)
await engine.close()
