// Takes the newest revision of a dataset over; killed before its n-th step on the disk (0: not at all). Prints the number of
// steps. Arguments: library, endpoint, dataset, n.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import path from 'node:path'

const [library = '', endpoint = '', dataset = '', last = '0'] = process.argv.slice(2)
let left = Number(last)
let steps = 0
const step = () => {
  steps++
  if (--left === 0) process.kill(process.pid, 'SIGKILL')
}
const { renameSync, rmSync } = fs
const { rename, link } = fs.promises
fs.renameSync = (...args) => (step(), renameSync(...args))
fs.rmSync = (...args) => (step(), rmSync(...args))
fs.promises.rename = (...args) => (step(), rename(...args))
fs.promises.link = (...args) => (step(), link(...args))
syncBuiltinESMExports()

// Only now, so that all of Foible has the counted functions.
const { openTestEngine } = await import('./test-engine.ts')
const engine = await openTestEngine(library, false, { hub: { endpoint, pythonCache: path.join(library, 'none') } })
const { to } = await engine.call('revisions.compare', { dataset })
steps = 0
left = Number(last)
const { job } = await engine.call('revisions.take', { dataset, sha: to })
await engine.engine.jobs.wait(job.id)
process.stdout.write(String(steps))
await engine.close()
