// A process of its own for the bench: imports one folder through the engine, and prints what that took.
import { connectRpc, serveRpc } from '#contract/rpc.ts'
import { createChannelPair } from '#contract/channel-pair.ts'
import { createEngine } from '#engine/create-engine.ts'

const [library, folder] = process.argv.slice(2) as [string, string]
const engine = createEngine({ library, background: false })
const [near, far] = createChannelPair()
serveRpc(far, engine.handlers, String)
const client = connectRpc(near)
const before = process.cpuUsage()
const startedMs = performance.now()
const { job, dataset } = await client.call('imports.start', {
  source: { kind: 'place', place: engine.places.register(folder) },
  name: null,
  split: null,
  maxSamples: null,
  copy: false,
})
const { state, error } = await engine.jobs.wait(job.id)
const wallMs = performance.now() - startedMs
const { user, system } = process.cpuUsage(before)
if (state !== 'done') throw new Error(`${state}: ${error?.message ?? ''}`)
const { samples } = await client.call('datasets.open', { dataset })
const peakMb = process.resourceUsage().maxRSS / 1024
console.log(JSON.stringify({ samples, wallMs, cpuMs: (user + system) / 1000, peakMb }))
await engine.close()
