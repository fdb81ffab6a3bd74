// The main job on the embedded sample: import, predict, and what fools the model.
import type { SliceTable } from '#contract/analysis.ts'
import { everything } from '#core/filter/expr.ts'
import type { Session } from '../session.ts'

export const demoModel = 'efficientnet-lite0'
const demoField = 'background'

export interface Demo {
  readonly dataset: string
  readonly slices: SliceTable
  /** The ranked findings over all fields, as sentences. */
  readonly findings: readonly string[]
}

/** Does what is not done yet; on the second call it only reads. */
export async function runDemo(session: Session): Promise<Demo> {
  const { client, io } = session
  const say = (line: string) => io.err(`${line}\n`)
  const { sample } = await client.call('app.info', {})
  const { dataset } = sample
  if (!sample.imported) {
    say('Importing the embedded sample: 51 classes on 18 backgrounds, in 12 textures, of 9 materials.')
    const { job } = await client.call('imports.start', {
      source: { kind: 'sample' },
      name: 'Foible Sampler',
      split: null,
      maxSamples: null,
      copy: true,
    })
    await session.finish(job)
  }
  const summary = await client.call('datasets.open', { dataset })
  const run = summary.runs.find((candidate) => candidate.model === demoModel)
  if (run === undefined || run.state !== 'done') {
    const { job } = await client.call('runs.start', {
      dataset,
      model: demoModel,
      provider: 'auto',
      batch: null,
      protocol: 'unmasked',
      filter: null,
    })
    await session.finish(job)
  }
  const models = [demoModel]
  const slices = await client.call('slices.compute', {
    dataset,
    filter: everything,
    field: { kind: 'field', name: demoField },
    cross: null,
    models,
    adjust: 'auto',
  })
  const overview = await client.call('overview.compute', { dataset, filter: everything, models })
  const findings =
    overview.nothing === null
      ? overview.findings.map((finding) => `${finding.field}: ${finding.sentence}`)
      : [overview.nothing]
  return { dataset, slices, findings }
}
