// Infers a field by words and prints a line whenever images were looked at or values were stored; whoever started it kills it then.
// Arguments: library, dataset, model, field, and after how many changes of the dataset it stands still (0 = never).
import { openTestEngine } from './test-engine.ts'

const [library = '', dataset = '', model = '', field = '', standsAt = '0'] = process.argv.slice(2)
const engine = await openTestEngine(library)
let changes = 0
engine.engine.events.listen((name) => {
  if (name === 'dataset.changed' && ++changes === Number(standsAt)) {
    process.stdout.write('stored\n')
    // Stands still as a killed process does, so that the rest cannot be finished before the signal comes.
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  }
  if (name === 'job.changed' && standsAt === '0') process.stdout.write('told\n')
})
const vocabulary = { kind: 'words' as const, words: ['red', 'green', 'blue', 'dark'] }
const by = { kind: 'text' as const, model, vocabulary, templates: ['{}'], provider: 'cpu' }
const { job } = await engine.call('inferred.start', { dataset, field, by })
const { state } = await engine.engine.jobs.wait(job.id)
await engine.close()
process.exitCode = state === 'done' ? 0 : 3
