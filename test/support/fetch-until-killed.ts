// Imports a Hub dataset and fetches all of its images; whoever started it kills it meanwhile, and starts it again.
// Arguments: library, repository.
import { openTestEngine } from './test-engine.ts'

const [library = '', repo = ''] = process.argv.slice(2)
const engine = await openTestEngine(library)
const [known] = await engine.call('datasets.list', {})
const dataset = known?.id ?? (await engine.import({ kind: 'hub', repo, revision: null }))
const { job } = await engine.call('datasets.fetchImages', { dataset })
await engine.engine.jobs.wait(job.id)
await engine.close()
