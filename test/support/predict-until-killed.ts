// Predicts one image a batch and prints how many are stored once some are; whoever started it kills it then.
// Arguments: library, dataset, model, what to keep of images, with commas, and `on` for one that goes on and prints time and again.
import { keptKinds } from '#core/sample.ts'
import { openTestEngine } from './test-engine.ts'

const [library = '', dataset = '', model = '', kept = '', goesOn = ''] = process.argv.slice(2)
const keep = keptKinds.filter((kind) => kept.split(',').includes(kind))
const engine = await openTestEngine(library)
engine.engine.events.listen((name, payload) => {
  if (name !== 'job.changed' || !('job' in payload) || typeof payload.job === 'number' || payload.job.done === 0) return
  process.stdout.write(`${payload.job.done}\n`)
  // Stands still as a killed process does, so that the rest cannot be finished before the signal comes.
  while (goesOn === '') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})
await engine.predict(dataset, model, { batch: 1, keep })
await engine.close()
