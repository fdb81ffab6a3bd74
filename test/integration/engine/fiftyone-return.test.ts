// What Foible does not read of a FiftyOne dataset goes back into an export of it.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestEngine, makeFolder, openTestEngine } from '../../support/test-engine.ts'
import { exportsFolder } from '../formats/expected.ts'

interface Doc {
  readonly filepath: string
  readonly tags: readonly string[]
  readonly [key: string]: unknown
}

const boxes = {
  _cls: 'Detections',
  detections: [
    {
      _id: { $oid: '6b026a4017c1219d5071ffff' },
      _cls: 'Detection',
      label: 'x',
      bounding_box: [0, 0.5, 1e-17, 1],
      area: { $numberLong: '9007199254740993' },
    },
  ],
}
const evaluation = { key: 'eval', config: { cls: 'SimpleEvaluationConfig' } }

let root: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let source: string
let docs: readonly Doc[]
let dataset: string

async function readDocs(folder: string): Promise<readonly Doc[]> {
  const text = await readFile(path.join(folder, 'samples.json'), 'utf8')
  const { samples } = JSON.parse(text.replaceAll(/: NaN\b/g, ': {"$numberDouble": "NaN"}')) as { samples: Doc[] }
  return samples
}

async function readMetadata(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(path.join(folder, 'metadata.json'), 'utf8')) as Record<string, unknown>
}

beforeAll(async () => {
  root = await makeFolder()
  source = path.join(root.folder, 'source')
  await cp(path.join(exportsFolder, 'fiftyone-dataset'), source, { recursive: true })
  const own = JSON.parse(
    (await readFile(path.join(source, 'samples.json'), 'utf8')).replaceAll(/: NaN\b/g, ': {"$numberDouble": "NaN"}'),
  ) as { samples: Record<string, unknown>[] }
  const [first, second] = own.samples
  Object.assign(first!, {
    boxes,
    embedding: { $binary: 'eJwDAAAAAAE=', $type: '00' },
  })
  Object.assign(second!, { heat: { _cls: 'Heatmap', map_path: 'fields/heat/a.png', range: [0, 1] }, list: [1, [2]] })
  await writeFile(path.join(source, 'samples.json'), JSON.stringify(own))
  const metadata = { ...(await readMetadata(source)), evaluations: { eval: evaluation } }
  await writeFile(path.join(source, 'metadata.json'), JSON.stringify(metadata))
  await mkdir(path.join(source, 'evaluations'))
  await writeFile(path.join(source, 'evaluations/eval.json'), '{"ytrue": ["N"]}')
  docs = await readDocs(source)
  engine = await openTestEngine(path.join(root.folder, 'library'))
  dataset = await engine.import(source)
})

afterAll(async () => {
  await engine.close()
  await root.remove()
})

describe('a FiftyOne dataset', () => {
  it('[FO30] comes back from an export document by document, with what Foible does not read', async () => {
    const out = path.join(root.folder, 'out')
    await engine.export(dataset, out, { format: 'fiftyone' })
    expect(await readDocs(out)).toEqual(docs)
  })

  it('[FO31] comes back with its dataset document and the results of its evaluations', async () => {
    const out = path.join(root.folder, 'out-metadata')
    await engine.export(dataset, out, { format: 'fiftyone', media: 'none' })
    const { info, last_modified_at: _modified, ...rest } = await readMetadata(out)
    const { info: before, last_modified_at: _before, ...original } = await readMetadata(source)
    expect(rest).toEqual(original)
    expect(info).toMatchObject(before as object)
    expect(await readFile(path.join(out, 'evaluations/eval.json'), 'utf8')).toBe('{"ytrue": ["N"]}')
  })

  it('[FO32] loses its results and saved views where only a part is exported', async () => {
    const out = path.join(root.folder, 'out-part')
    const filter = await engine.where(dataset, 'split = test')
    await engine.export(dataset, out, { format: 'fiftyone', media: 'none', filter })
    expect(await readMetadata(out)).toMatchObject({ evaluations: {}, saved_views: [] })
    const exported = await readDocs(out)
    expect(exported).toEqual(docs.filter(({ tags }) => tags.includes('test')))
  })

  it('[FO33] changes in what was changed, and in nothing else', async () => {
    await engine.call('tags.apply', { dataset, tag: 'seen', target: { kind: 'ids', ids: [1] }, on: true })
    const out = path.join(root.folder, 'out-tagged')
    await engine.export(dataset, out, { format: 'fiftyone', media: 'none' })
    const [first, ...others] = await readDocs(out)
    expect({ ...first, tags: [...first!.tags].sort() }).toEqual({ ...docs[0], tags: [...docs[0]!.tags, 'seen'].sort() })
    expect(others).toEqual(docs.slice(1))
  })

  it('[FO34] is the same dataset when its export is imported again', async () => {
    const out = path.join(root.folder, 'out-again')
    await engine.export(dataset, out, { format: 'fiftyone' })
    const again = await engine.import(out)
    const [before, after] = await Promise.all(
      [dataset, again].map((id) => engine.call('datasets.open', { dataset: id })),
    )
    const shape = ({ fields, runs, samples }: NonNullable<typeof before>) => ({
      samples,
      fields: fields.map(({ name, kind, role }) => [name, kind, role]),
      runs: runs.map(({ model, predicted }) => [model, predicted]),
    })
    expect(shape(after!)).toEqual(shape(before!))
  })
})
