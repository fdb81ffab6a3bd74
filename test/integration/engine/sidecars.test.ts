import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, readSamples } from '../../support/test-engine.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string
let count = 0

const names = [
  'cat/a.png',
  'cat/b.png',
  'cat/same.png',
  'dog/c.png',
  'dog/d.png',
  'dog/same.png',
  'dog/é.png',
  'e 1.png',
]
const labels = ['cat', 'cat', 'cat', 'dog', 'dog', 'dog', 'dog', 'dog']

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(folder.folder, name)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, content)
  return engine.engine.places.register(file)
}

/** A dataset of rows without images: what is joined never looks at pixels. */
async function importRows(header: string, rows: readonly string[]): Promise<string> {
  const source = `rows-${++count}`
  await write(`${source}/metadata.csv`, [header, ...rows, ''].join('\n'))
  return await engine.import(path.join(folder.folder, source))
}

async function join(place: string, columns: string[] | null = null) {
  const { job } = await engine.call('sidecars.join', { dataset, place, joinBy: null, columns })
  return (await engine.engine.jobs.wait(job.id)).result!
}

async function importPredictions(place: string, model: string) {
  const { job } = await engine.call('predictions.import', { dataset, place, model, joinBy: null })
  return (await engine.engine.jobs.wait(job.id)).result!
}

async function exportPredictions(model: string, name: string): Promise<string> {
  const place = engine.engine.places.register(folder.folder)
  const { job } = await engine.call('predictions.export', { dataset, place, model, filter: everything, name })
  await engine.engine.jobs.wait(job.id)
  return engine.engine.places.register(path.join(folder.folder, name))
}

const summary = async () => await engine.call('datasets.open', { dataset })
const values = async (field: string) => (await readSamples(engine, dataset)).map((row) => row[field])
const fieldNames = async () => (await summary()).fields.map(({ name }) => name)

/** Everything that a run says of every sample. */
async function readRun(model: string) {
  const details = names.map((_, i) => engine.call('samples.get', { dataset, id: i + 1 }))
  return (await Promise.all(details)).map(({ predictions }) => {
    const found = predictions.find((some) => some.model === model)
    return found === undefined ? null : { ...found, model: '' }
  })
}

beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
})
beforeEach(async () => {
  dataset = await importRows(
    'file_name,label,weather',
    names.map((name, i) => `${name},${labels[i]},fog`),
  )
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

describe('joining a file', () => {
  it('[SD10] shows what it holds, and makes typed fields of its columns', async () => {
    const place = await write(
      'f.csv',
      'image,blur,place,code\ncat/a.png,0.5,sea,007\nd.png,2,,008\nnowhere.png,x,sky,1\n',
    )
    const found = await engine.call('sidecars.inspect', { dataset, place })
    expect(found).toMatchObject({ kind: 'fields', rows: 3, replaces: [] })
    expect(found.joins[0]).toEqual({ column: 'image', key: 'basename', matched: 2, unmatched: 1, ambiguous: 0 })
    expect(await join(place)).toMatchObject({ matched: 2, unmatched: 1, examples: ['nowhere.png'] })
    expect(await values('blur')).toEqual([0.5, null, null, null, 2, null, null, null])
    expect(await values('code')).toEqual(['007', null, null, null, '008', null, null, null])
    const { fields, findings } = await summary()
    expect(fields.find(({ name }) => name === 'place')).toMatchObject({
      role: 'nuisance',
      source: 'sidecar',
      missing: 7,
    })
    expect(findings.find(({ rule }) => rule === 'joined_unmatched')).toMatchObject({
      count: 1,
      examples: ['nowhere.png'],
    })
  })

  it('[SD11] is taken back and done again, also after other work', async () => {
    const place = await write('g.csv', 'image,blur\na.png,1\n')
    await join(place)
    await join(await write('g2.csv', 'image,blur\nb.png,2\n'))
    expect(await values('blur')).toEqual([null, 2, null, null, null, null, null, null])
    expect((await engine.call('history.undo', { dataset })).undone).toBe('Joined 1 field of g2.csv')
    expect(await values('blur')).toEqual([1, null, null, null, null, null, null, null])
    await engine.call('history.undo', { dataset })
    expect(await fieldNames()).not.toContain('blur')
    await engine.call('history.redo', { dataset })
    await engine.call('history.redo', { dataset })
    expect(await values('blur')).toEqual([null, 2, null, null, null, null, null, null])
  })

  it('[SD12] replaces fields of earlier files only; a field of the dataset keeps its name', async () => {
    const place = await write('w.csv', 'image,weather,split,id\na.png,sun,x,7\n')
    expect((await join(place))['fields']).toMatchObject([
      { name: 'weather_sidecar', replaced: false },
      { name: 'split_sidecar' },
      { name: 'id_sidecar' },
    ])
    expect((await engine.call('sidecars.inspect', { dataset, place })).replaces).toContain('weather_sidecar')
    expect((await join(place))['fields']).toMatchObject([{ name: 'weather_sidecar', replaced: true }, {}, {}])
    expect((await values('weather'))[0]).toBe('fog')
  })

  it('[SD13] skips names of several samples, and counts the last of several rows', async () => {
    const place = await write('d.csv', 'image,x\nsame.png,1\ndog/same.png,2\na.png,3\na.png,4\n')
    expect(await join(place)).toMatchObject({ matched: 3, unmatched: 1, ambiguous: 1, duplicates: 1 })
    expect(await values('x')).toEqual([4, null, null, null, null, 2, null, null])
    const rules = (await summary()).findings.map(({ rule }) => rule)
    expect(rules).toEqual(expect.arrayContaining(['joined_ambiguous', 'joined_twice']))
  })

  it('[SD14] reads JSON Lines, JSON and a folder of Parquet shards alike', async () => {
    const rows = [
      { file_name: 'cat/a.png', x: 1.5, ok: true, note: 'é' },
      { file_name: 'dog/é.png', x: 2, ok: false, note: null },
    ]
    const shard = (row: (typeof rows)[number]) =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'file_name', data: [row.file_name], type: 'STRING' },
            { name: 'x', data: [row.x], type: 'DOUBLE' },
            { name: 'ok', data: [row.ok], type: 'BOOLEAN' },
            { name: 'note', data: [row.note], type: 'STRING' },
          ],
        }),
      )
    await write('shards/0.parquet', shard(rows[0]!))
    await write('shards/1.parquet', shard(rows[1]!))
    const places = [
      await write('r.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')),
      await write('r.json', JSON.stringify(rows)),
      await write(
        'k.json',
        JSON.stringify(Object.fromEntries(rows.map(({ file_name, ...rest }) => [file_name, rest]))),
      ),
      engine.engine.places.register(path.join(folder.folder, 'shards')),
    ]
    for (const place of places) {
      expect(await join(place)).toMatchObject({ matched: 2, unmatched: 0 })
      expect(await values('x')).toEqual([1.5, null, null, null, null, null, 2, null])
      expect(await values('ok')).toEqual([true, null, null, null, null, null, false, null])
      await engine.call('history.undo', { dataset })
    }
  })

  it('[SD15] says what was tried where no row names a sample, and changes nothing', async () => {
    const before = await fieldNames()
    const error = await failureOf(join(await write('other.csv', 'image,x\nfoo.png,1\n')))
    expect(error).toMatchObject({ code: 'not_found', details: { columns: { image: ['foo.png'] } } })
    expect(error.message).toContain('cat/a.png')
    expect(await fieldNames()).toEqual(before)
  })

  it('[SD16] refuses what is no table with a typed error', async () => {
    const garbage = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)
    const codes = []
    for (const place of [
      await write('bad.csv', garbage),
      await write('bad.parquet', garbage),
      await write('bad.json', '{"a": '),
      await write('list.json', '[1, 2]'),
      await write('empty.csv', ''),
      await write('header.csv', 'image,x\n'),
      await write('picture.png', garbage),
    ]) {
      codes.push((await failureOf(join(place))).code)
    }
    expect(codes).toEqual([
      'not_found',
      'broken_file',
      'broken_file',
      'broken_file',
      'empty_source',
      'empty_source',
      'unsupported_format',
    ])
    const error = await failureOf(join(await write('c.csv', 'image,x\na.png,1\n'), ['y']))
    expect(error).toMatchObject({ code: 'unknown_name', details: { name: 'y' } })
  })

  it('[SD17] takes accepted labels over, and judges predictions again; undo takes both back', async () => {
    const files = [1, 2, 3].map((i) => `ILSVRC2012_val_0000000${i}.JPEG`)
    dataset = await importRows(
      'file_name,label,label_ids',
      files.map((name) => `${name},tench,0`),
    )
    await importPredictions(
      await write('i.csv', ['file_name,predicted_class', ...files.map((name) => `${name},1`)].join('\n')),
      'm',
    )
    expect((await summary()).runs[0]).toMatchObject({ judged: 3, right: 0 })
    const place = await write('real.json', '[[0, 1], [], [5]]')
    expect(await engine.call('sidecars.inspect', { dataset, place })).toMatchObject({ kind: 'accepted-labels' })
    expect(await join(place)).toMatchObject({ matched: 3, accepted: 3, judgedAgain: ['m'] })
    // An image that no label fits is not judged.
    expect((await summary()).runs[0]).toMatchObject({ judged: 2, right: 1 })
    expect(await values('problematic')).toEqual([false, true, false])
    await engine.call('history.undo', { dataset })
    expect((await summary()).runs[0]).toMatchObject({ judged: 3, right: 0 })
    await engine.call('history.redo', { dataset })
    expect((await summary()).runs[0]).toMatchObject({ judged: 2, right: 1 })
  })

  it('[SD18] reads multi-labels and reviewed mistakes', async () => {
    dataset = await importRows('file_name,label', ['ILSVRC2012_val_00000612.JPEG,x', 'b.png,y'])
    const multi = {
      initial_annots: { 'ILSVRC2012_val_00000612.JPEG': { correct: ['n01440764'], unclear: ['n01443537'] } },
      problematic_images: { 'b.png': { reason: 'blurred' } },
    }
    expect(await join(await write('multi.json', JSON.stringify(multi)))).toMatchObject({ matched: 2, accepted: 1 })
    expect(await values('reason')).toEqual([null, 'blurred'])
    const mistakes = {
      'ILSVRC2012_val_00000612.JPEG': {
        top_prediction: 1,
        'failure category': 'Fine-grained error',
        'failure severity': 'minor',
      },
    }
    await join(await write('vit3b_mistakes.json', JSON.stringify(mistakes)))
    expect(await values('failure_category_vit3b')).toEqual(['Fine-grained', null])
    expect(await values('failure_severity_vit3b')).toEqual(['Minor', null])
  })
})

describe('predictions from a file', () => {
  const csv =
    'file_name,predicted_class,predicted_probability\ncat/a.png,cat,0.9\nd.png,cat,0.25\nc.png,na,\nsame.png,cat,1\nx.png,cat,1\n'

  it('[SD20] become a run that is judged like any other; a row without an answer is none', async () => {
    const result = await importPredictions(await write('p.csv', csv), 'm')
    expect(result).toMatchObject({ matched: 3, unmatched: 2, ambiguous: 1, empty: 1, predicted: 2 })
    expect((await summary()).runs).toMatchObject([
      { model: 'm', provider: 'imported', state: 'partial', predicted: 2, judged: 2, right: 1 },
    ])
  })

  it('[SD21] replace an imported run of that name', async () => {
    await importPredictions(await write('p.csv', csv), 'm')
    await importPredictions(await write('q.csv', 'file_name,predicted_class\nb.png,cat\n'), 'm')
    expect((await summary()).runs).toMatchObject([{ model: 'm', predicted: 1, right: 1 }])
  })

  it('[SD22] come back identically from what was written, as CSV with the best answer, as Parquet with all', async () => {
    const rows = names.map((name, i) => `${name},cat;dog;${i},${[0.1 * i, 0.05, 0.001].join(';')}`)
    await importPredictions(
      await write('k.csv', ['file_name,predicted_class,predicted_probability', ...rows].join('\n')),
      'm',
    )
    const parquet = await exportPredictions('m', `out-${count}.parquet`)
    await importPredictions(parquet, 'again')
    expect(await readRun('again')).toEqual(await readRun('m'))
    const text = await exportPredictions('m', `out-${count}.csv`)
    const written = await readFile(path.join(folder.folder, `out-${count}.csv`), 'utf8')
    expect(written.split('\r\n').slice(0, 3)).toEqual([
      'file_name,predicted_class,predicted_probability',
      'cat/a.png,cat,0',
      'cat/b.png,cat,0.1',
    ])
    await importPredictions(text, 'best')
    const top = (run: Awaited<ReturnType<typeof readRun>>) => run.map((row) => row?.answers[0])
    expect(top(await readRun('best'))).toEqual(top(await readRun('m')))
    expect(await failureOf(exportPredictions('m', `out-${count}.csv`))).toMatchObject({ code: 'already_exists' })
  })

  it('[SD23] of a score for each class have the exact place of the truth', async () => {
    const classes = 7
    const logits = names.map((_, i) => Array.from({ length: classes }, (__, id) => (id === i % classes ? -9 : id)))
    const shard = parquetWriteBuffer({
      columnData: [
        { name: 'path', data: [...names], type: 'STRING' },
        { name: 'logits', data: logits.map((row) => JSON.stringify(row)), type: 'STRING' },
      ],
    })
    const declared = ['cat', 'dog', 'c2', 'c3', 'c4', 'c5', 'c6']
    const source = `rows-${++count}`
    const features = declared.map((name, id) => `          '${id}': ${name}`).join('\n')
    await write(
      `${source}/README.md`,
      `---\ndataset_info:\n  features:\n  - name: label\n    dtype:\n      class_label:\n        names:\n${features}\n---\n`,
    )
    await write(
      `${source}/metadata.jsonl`,
      names.map((name, i) => JSON.stringify({ file_name: name, label: i < 3 ? 0 : 1 })).join('\n'),
    )
    dataset = await engine.import(path.join(folder.folder, source))
    expect(await importPredictions(await write('l.parquet', new Uint8Array(shard)), 'm')).toMatchObject({
      predicted: 8,
    })
    const run = await readRun('m')
    // Scores rise with the id, so cat (0) and dog (1) come last, but for the one class of each row that has -9.
    expect(run.map((row) => row?.truthRank)).toEqual([7, 6, 6, 5, 5, 5, 5, 6])
  })

  it('[SD24] are refused where nothing is there to take', async () => {
    const codes = []
    for (const text of [
      'file_name,label\na.png,cat\n',
      'file_name,predicted_class\na.png,na\n',
      'file_name,predicted_class\nz.png,cat\n',
    ]) {
      codes.push((await failureOf(importPredictions(await write('n.csv', text), 'm'))).code)
    }
    expect(codes).toEqual(['unsupported_format', 'empty_source', 'not_found'])
    expect((await summary()).runs).toEqual([])
  })
})
