// Every command on real input: what scripts may rely on, and figures that an independent computation agrees with.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { statfsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHubServer } from '../../hub/hub-server.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { canMountDisks, mountDisk, unmountDisk } from '../../support/small-disk.ts'
import { makeFolder, projectRoot, sampleFolder } from '../../support/test-engine.ts'
import { exportsFolder } from '../formats/expected.ts'

const models = ['efficientnet-lite0', 'efficientnet-lite1'] as const
const [a, b] = models
const images = 60
let root: string
let library: string
let remove: () => Promise<void>

interface Row {
  readonly label: string
  readonly background: string
  /** By model. */
  readonly right: Readonly<Record<string, boolean>>
  readonly answer: Readonly<Record<string, { readonly id: number; readonly name: string }>>
  readonly accepted: readonly number[]
}
/** What the exported CSV says, judged here. */
let rows: Row[]

beforeAll(async () => {
  const made = await makeFolder()
  ;({ folder: root, remove } = made)
  library = path.join(root, 'library')
  await copySample(path.join(root, 'part of the sample'))
  await runJson(['import', path.join(root, 'part of the sample'), '--name', 'part', '--library', library])
  for (const model of models) await runJson(['predict', 'part', model, '--ep', 'cpu', '--library', library])
  await runJson(['export', 'part', '--format', 'csv', '--out', path.join(root, 'table'), '--library', library])
  rows = readRows(await readFile(path.join(root, 'table/metadata.csv'), 'utf8'))
})
afterAll(() => remove())

const json = async <T>(...args: string[]) => (await runJson([...args, '--library', library])) as T

/** Images of the first classes on all of their backgrounds. */
async function copySample(folder: string): Promise<void> {
  const lines = (await readFile(path.join(sampleFolder, 'metadata.jsonl'), 'utf8')).trim().split('\n')
  const chosen = lines.filter((line) => /"nuisance": "background"/.test(line)).slice(0, images)
  for (const line of chosen) {
    const { file_name: file } = JSON.parse(line) as { file_name: string }
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await cp(path.join(sampleFolder, file), path.join(folder, file))
  }
  await writeFile(path.join(folder, 'metadata.jsonl'), `${chosen.join('\n')}\n`)
  await cp(path.join(sampleFolder, 'README.md'), path.join(folder, 'README.md'))
}

function readRows(text: string): Row[] {
  const records: Record<string, string>[] = parse(text, { columns: true })
  return records.map((record) => {
    const accepted = record['label_ids']!.split(';').map(Number)
    const answer = Object.fromEntries(
      models.map((model) => [
        model,
        { id: Number(record[`${model}:top_ids`]!.split(';')[0]), name: record[`${model}:predicted_class`]! },
      ]),
    )
    const right = Object.fromEntries(models.map((model) => [model, accepted.includes(answer[model]!.id)]))
    return { label: record['label']!, background: record['background']!, accepted, answer, right }
  })
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1
  return counts
}

/** Wilson's interval as a textbook writes it. */
function wilson(k: number, n: number): [number, number] {
  const z = 1.959964
  const p = k / n
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n))
  const centre = (p + (z * z) / (2 * n)) / (1 + (z * z) / n)
  return [Math.max(0, centre - half), Math.min(1, centre + half)]
}

describe('figures', () => {
  it('[CL1] of slices are those of the exported predictions', async () => {
    interface Table {
      overall: { n: number; failures: number }
      slices: { value: string; n: number; failures: number; rate: number; wilson: [number, number]; expected: number }[]
    }
    const table = await json<Table>('slices', 'part', '--field', 'background', '--models', a)
    expect(rows).toHaveLength(images)
    expect(table.overall).toMatchObject({ n: images, failures: rows.filter((row) => !row.right[a]).length })
    expect(new Set(table.slices.map(({ value }) => value))).toEqual(new Set(rows.map((row) => row.background)))
    for (const slice of table.slices) {
      const own = rows.filter((row) => row.background === slice.value)
      const failures = own.filter((row) => !row.right[a]).length
      expect([slice.n, slice.failures, slice.rate]).toEqual([own.length, failures, failures / own.length])
      const [low, high] = wilson(failures, own.length)
      expect(slice.wilson[0]).toBeCloseTo(low, 10)
      expect(slice.wilson[1]).toBeCloseTo(high, 10)
      const overall = rows.filter((row) => !row.right[a]).length / rows.length
      const expected = own.map((row) => {
        const others = rows.filter((other) => other.label === row.label && other !== row)
        return (others.filter((other) => !other.right[a]).length + 5 * overall) / (others.length + 5)
      })
      expect(slice.expected).toBeCloseTo(expected.reduce((sum, e) => sum + e, 0) / own.length, 10)
    }
  })

  it('[CL2] of confusion agree with them, in all and by background', async () => {
    interface Confusion {
      n: number
      wrong: number
      cells: { value?: string; truth: string; predicted: string; count: number; n: number }[]
    }
    // A name of the dataset for an id that one of its classes accepts, else the model's own.
    const nameOf = (row: Row) =>
      row.right[a]
        ? row.label
        : (rows.find((other) => other.accepted.includes(row.answer[a]!.id))?.label ?? row.answer[a]!.name)
    const key = (cell: { truth: string; predicted: string }) => `${cell.truth} > ${cell.predicted}`
    const counts = (cells: Confusion['cells']) => Object.fromEntries(cells.map((cell) => [key(cell), cell.count]))
    const whole = await json<Confusion>('confusion', 'part', '--model', a)
    expect(counts(whole.cells)).toEqual(countBy(rows, (row) => key({ truth: row.label, predicted: nameOf(row) })))
    expect(whole).toMatchObject({ n: images, wrong: rows.filter((row) => !row.right[a]).length })
    const byValue = await json<Confusion>('confusion', 'part', '--model', a, '--by', 'background')
    for (const background of new Set(rows.map((row) => row.background))) {
      const own = rows.filter((row) => row.background === background)
      const expected = countBy(own, (row) => key({ truth: row.label, predicted: nameOf(row) }))
      expect(counts(byValue.cells.filter((cell) => cell.value === background))).toEqual(expected)
      const one = await json<Confusion>('confusion', 'part', '--model', a, '--by', 'background', '--value', background)
      expect(counts(one.cells)).toEqual(expected)
    }
    const [first, second] = [...new Set(rows.map((row) => row.background))] as [string, string]
    const difference = await json<{ cells: { truth: string; counts: [number, number] }[]; n: [number, number] }>(
      'confusion',
      'part',
      '--model',
      a,
      '--by',
      'background',
      '--value',
      first,
      '--minus',
      second,
    )
    const of = (background: string) => rows.filter((row) => row.background === background).length
    expect(difference.n).toEqual([of(first), of(second)])
    expect(difference.cells.reduce((sum, cell) => sum + cell.counts[0], 0)).toBe(of(first))
    expect(difference.cells.reduce((sum, cell) => sum + cell.counts[1], 0)).toBe(of(second))
  })

  it('[CL3] of facets agree with them, with and without a filter', async () => {
    interface Facets {
      total: number
      fields: Record<string, Record<string, number>>
    }
    const whole = await json<Facets>('facets', 'part')
    expect(whole.fields['background']).toEqual(countBy(rows, (row) => row.background))
    expect(whole.fields[`${a}.correct`]).toEqual(countBy(rows, (row) => String(row.right[a])))
    const wrong = await json<Facets>('facets', 'part', '--where', `${a}.correct = false`)
    const failing = rows.filter((row) => !row.right[a])
    expect(wrong.total).toBe(failing.length)
    expect(wrong.fields['background']).toEqual(countBy(failing, (row) => row.background))
    expect(wrong.fields['label']).toEqual(countBy(failing, (row) => row.label))
    expect(wrong.fields[`${a}.correct`]).toEqual(whole.fields[`${a}.correct`])
  })

  it('[CL4] of comparisons agree with them', async () => {
    interface Comparison {
      n: number
      subsets: { failing: string[]; count: number; sameLabel: number }[]
      pairs: { a: string; b: string; kappa: number; onlyA: number; onlyB: number }[]
    }
    const comparison = await json<Comparison>('compare', 'part', '--models', models.join(','))
    const expected = countBy(rows, (row) => models.filter((model) => !row.right[model]).join(' + '))
    const found = comparison.subsets.filter(({ count }) => count > 0)
    expect(Object.fromEntries(found.map(({ failing, count }) => [failing.join(' + '), count]))).toEqual(expected)
    const both = comparison.subsets.find(({ failing }) => failing.length === 2)
    expect(both?.sameLabel ?? 0).toBe(
      rows.filter((row) => !row.right[a] && !row.right[b] && row.answer[a]!.id === row.answer[b]!.id).length,
    )
    const share = (model: string) => rows.filter((row) => row.right[model]).length / images
    const agree = rows.filter((row) => row.right[a] === row.right[b]).length / images
    const chance = share(a) * share(b) + (1 - share(a)) * (1 - share(b))
    expect(comparison.pairs[0]?.kappa).toBeCloseTo((agree - chance) / (1 - chance), 10)
    const only = (x: string, y: string) => rows.filter((row) => row.right[y] && !row.right[x]).length
    expect([comparison.pairs[0]?.onlyA, comparison.pairs[0]?.onlyB].toSorted()).toEqual(
      [only(a, b), only(b, a)].toSorted(),
    )
  })

  it('[CL5] of several models at once count shares of failing models', async () => {
    const table = await json<{ overall: { failures: number }; slices: { value: string; failures: number }[] }>(
      'slices',
      'part',
      '--field',
      'background',
      '--models',
      models.join(','),
    )
    const share = (row: Row) => models.filter((model) => !row.right[model]).length / 2
    expect(table.overall.failures).toBeCloseTo(
      rows.reduce((sum, row) => sum + share(row), 0),
      10,
    )
    for (const slice of table.slices) {
      const own = rows.filter((row) => row.background === slice.value)
      expect(slice.failures).toBeCloseTo(
        own.reduce((sum, row) => sum + share(row), 0),
        10,
      )
    }
  })
})

describe('commands', () => {
  const commands: [string, readonly string[], readonly string[]][] = [
    ['datasets', ['datasets'], ['0.id', '0.samples', '0.runs']],
    ['fields', ['fields', 'part'], ['0.name', '0.kind', '0.role', '0.values']],
    ['lint', ['lint', 'part'], ['findings']],
    ['models', ['models'], ['0.name', '0.sha256', '0.input', '0.preprocessing', '0.outputs', '0.classes']],
    [
      'predict',
      ['predict', 'part', a, '--ep', 'cpu'],
      ['run', 'samples', 'done', 'failed', 'accuracy', 'provider', 'imagesPerSecond'],
    ],
    ['facets', ['facets', 'part', '--where', 'background is not missing'], ['total', 'fields.background']],
    [
      'samples',
      ['samples', 'part', '--sort', `${a}.confidence`, '--desc', '--limit', '3', '--offset', '1'],
      ['total', 'samples.0.id', 'samples.0.file_name'],
    ],
    [
      'slices',
      ['slices', 'part', '--field', 'background', '--models', a, '--class-adjust', 'off'],
      [
        'overall.n',
        'overall.failures',
        'power',
        ...[
          'value',
          'n',
          'failures',
          'rate',
          'wilson',
          'expected',
          'ratio',
          'ebMean',
          'ebLower',
          'p',
          'q',
          'qLess',
          'badge',
        ].map((key) => `slices.0.${key}`),
      ],
    ],
    [
      'confusion',
      ['confusion', 'part', '--model', a],
      ['classes', 'cells.0.truth', 'cells.0.predicted', 'cells.0.count'],
    ],
    [
      'compare',
      ['compare', 'part', '--models', models.join(',')],
      ['subsets.0.failing', 'subsets.0.count', 'subsets.0.sameLabel', 'pairs.0.a', 'pairs.0.b', 'pairs.0.kappa'],
    ],
    ['tag', ['tag', 'part', 'look', '--where', 'background is not missing'], ['changed', 'total']],
    ['views', ['views', 'part'], []],
    ['doctor', ['doctor'], ['node', 'providers', 'library']],
  ]

  it.each(commands)('[CL10] print one JSON document with the promised keys: %s', async (_name, args, keys) => {
    const { code, out, err } = await runCommand([...args, '--json', '--library', library])
    expect([code, err.includes('error')]).toEqual([0, false])
    expect(out.trimEnd()).not.toContain('\n')
    const document: unknown = JSON.parse(out)
    for (const key of keys) {
      const value = key.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document)
      expect(value, key).not.toBeUndefined()
    }
  })

  it('[RM24] add a model in a chosen variant, with what was taken for granted', async () => {
    const models = path.join(projectRoot, 'test/fixtures/models/awkward')
    const add = (folder: string, ...rest: string[]) =>
      runCommand(['models', 'add', path.join(models, folder), '--library', library, ...rest])
    const chosen = await add('variants', '--variant', 'quantized')
    expect([chosen.code, chosen.out]).toEqual([0, expect.stringMatching(/^variants-quantized: .*probabilities/)])
    expect(await add('variants', '--variant', 'q4')).toMatchObject({
      err: expect.stringMatching(/fp32, fp16, quantized/),
    })
    expect((await add('normalises-unit')).out).toMatch(/\nThe model normalises its input itself/)
  })

  it('[CL11] import, add and export with the promised keys, progress on stderr only', async () => {
    const imported = await runCommand([
      '--json',
      'import',
      path.join(exportsFolder, 'imagefolder'),
      '--library',
      library,
      '--max-samples',
      '5',
      '--copy',
      '--format',
      'imagefolder',
    ])
    expect(JSON.parse(imported.out)).toMatchObject({
      dataset: 'imagefolder',
      samples: 5,
      fields: expect.arrayContaining([
        { name: 'background', kind: 'category', role: 'nuisance', values: expect.any(Number) },
      ]),
      findings: expect.any(Array),
    })
    expect(imported.err).toContain('Importing imagefolder')
    const quiet = await runCommand([
      'import',
      path.join(exportsFolder, 'imagefolder'),
      '--library',
      library,
      '--quiet',
      '--split',
      'test',
      '--name',
      'the test split',
    ])
    expect([quiet.code, quiet.err]).toEqual([0, ''])
    expect(quiet.out).toContain('the-test-split: 6 samples')
    const added = await json(
      'models',
      'add',
      path.join(projectRoot, 'test/fixtures/models/awkward/nchw'),
      '--name',
      'colours',
    )
    expect(added).toMatchObject({
      model: 'colours',
      sha256: expect.any(String),
      input: expect.any(String),
      preprocessing: expect.any(String),
      outputs: expect.any(String),
      classes: 4,
    })
    const exported = await json<{ samples: number; files: number; bytes: number; manifest: { query: string } }>(
      'export',
      'part',
      '--where',
      `${a}.correct = false`,
      '--format',
      'parquet',
      '--out',
      path.join(root, 'wrong'),
      '--media',
      'none',
    )
    expect(exported).toMatchObject({
      samples: rows.filter((row) => !row.right[a]).length,
      files: expect.any(Number),
      bytes: expect.any(Number),
      manifest: { query: `${a}.correct = false` },
    })
  })

  it('[CL12] tag and untag by filter and count what changed', async () => {
    const wrong = rows.filter((row) => !row.right[a]).length
    expect(await json('tag', 'part', 'fooled', '--where', `${a}.correct = false`)).toEqual({
      tag: 'fooled',
      changed: wrong,
      total: wrong,
    })
    expect(await json('tag', 'part', 'fooled', '--where', 'id >= 1', '--remove')).toMatchObject({
      changed: wrong,
      total: 0,
    })
  })

  it('[CL13] accept the global options before and after their name', async () => {
    const before = await runCommand(['--library', library, '--json', 'fields', 'part'])
    const after = await runCommand(['fields', 'part', '--json', '--library', library])
    expect(before).toEqual(after)
    expect(before.code).toBe(0)
    const nested = await runCommand(['models', 'add', path.join(root, 'nothing.onnx'), '--json', '--library', library])
    expect(nested.code).toBe(3)
    expect(JSON.parse(nested.err)).toHaveProperty('error.code', 'not_found')
  })

  it('[CL14] explain themselves with --help, in all and one by one', async () => {
    const all = await runCommand(['--help'])
    expect(all.code).toBe(0)
    for (const name of ['import', 'predict', 'slices', 'confusion', 'compare', 'export', 'serve', 'demo', 'doctor']) {
      expect(all.out).toContain(name)
      const one = await runCommand([name, '--help'])
      expect([one.code, one.err]).toEqual([0, ''])
      expect(one.out).toContain(`foible ${name}`)
    }
    expect((await runCommand(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('exit codes', () => {
  const failing: [number, string, () => string[]][] = [
    [2, 'usage', () => ['datasets', '--no-such-option']],
    [2, 'usage', () => ['no-such-command']],
    [2, 'usage', () => ['slices', 'part', '--models', a]],
    [2, 'usage', () => ['import']],
    [2, 'usage', () => ['samples', 'part', '--limit', 'many']],
    [2, 'usage', () => ['confusion', 'part', '--model', a, '--value', 'beach']],
    [2, 'usage', () => ['export', 'part', '--format', 'xml', '--out', path.join(root, 'x')]],
    [2, 'usage', () => ['predict', 'part', a, '--protocol', 'guess']],
    [2, 'filter_syntax', () => ['samples', 'part', '--where', 'background = ']],
    [2, 'unknown_name', () => ['samples', 'part', '--where', 'backgrund = beach']],
    [2, 'unknown_name', () => ['slices', 'part', '--field', 'backgrund', '--models', a]],
    [2, 'unknown_name', () => ['compare', 'part', '--models', `${a},${a}x`]],
    [3, 'not_found', () => ['fields', 'nothing']],
    [3, 'not_found', () => ['import', path.join(root, 'nowhere')]],
    [3, 'not_found', () => ['predict', 'part', 'no-such-model']],
    [3, 'not_found', () => ['confusion', 'part', '--model', a, '--by', 'background', '--value', 'the moon']],
    [4, 'empty_source', () => ['import', path.join(root, 'library', 'models')]],
    [4, 'unsupported_format', () => ['import', path.join(exportsFolder, 'parquet-hf'), '--format', 'fiftyone']],
    [4, 'model_invalid', () => ['models', 'add', path.join(projectRoot, 'test/fixtures/models/awkward/truncated')]],
    [1, 'already_exists', () => ['export', 'part', '--format', 'csv', '--out', path.join(root, 'table')]],
  ]
  it.each(failing)('[CL20] are %i for %s, told in words or as JSON on stderr', async (code, errorCode, args) => {
    const told = await runCommand([...args(), '--library', library, '--quiet', '--json'])
    expect(JSON.parse(told.err)).toEqual({
      error: { code: errorCode, message: expect.stringMatching(/\S/), details: expect.any(Object) },
    })
    expect([told.code, told.out]).toEqual([code, ''])
    const words = await runCommand([...args(), '--library', library, '--quiet'])
    expect([words.code, words.out]).toEqual([code, ''])
    expect(words.err).toMatch(new RegExp(`^foible: [^\\n]+ \\[${errorCode}\\]\\n$`))
  })

  function start(args: readonly string[], endpoint: string) {
    const child = spawn(process.execPath, ['main/cli/main.ts', ...args, '--json', '--quiet'], {
      cwd: projectRoot,
      env: { ...process.env, HF_ENDPOINT: endpoint },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let err = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
    const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, err }))
    return { child, ended }
  }

  it('[CL21] are 5 after Ctrl+C, which leaves nothing half done', async () => {
    const asked = Promise.withResolvers<void>()
    const server = await startHubServer({
      repos: [{ type: 'dataset', name: 'foible/imagefolder', folder: path.join(exportsFolder, 'imagefolder') }],
      fault: (request) => {
        if (!request.path.endsWith('metadata.csv')) return null
        asked.resolve()
        return { kind: 'hang' }
      },
    })
    try {
      const own = path.join(root, 'interrupted')
      const { child, ended } = start(['import', 'hf:foible/imagefolder', '--library', own], server.endpoint)
      await asked.promise
      child.kill('SIGINT')
      const { code, err } = await ended
      expect(JSON.parse(err)).toHaveProperty('error.code', 'cancelled')
      expect(code).toBe(5)
      expect(await readdir(path.join(own, 'datasets'))).toEqual([])
    } finally {
      await server.close()
    }
  })

  it('[CL22] are 6 when the Hub does not let one in', async () => {
    const server = await startHubServer({ repos: [], fault: () => ({ kind: 'status', status: 401 }) })
    try {
      const own = path.join(root, 'remote')
      const { code, err } = await start(['import', 'hf:foible/secret', '--library', own], server.endpoint).ended
      expect(JSON.parse(err)).toHaveProperty('error.code', 'auth_required')
      expect(code).toBe(6)
    } finally {
      await server.close()
    }
  })

  it.skipIf(!canMountDisks())('[CL23] are 7 when the disk is full', async () => {
    const disk = path.join(root, 'disk')
    await mkdir(disk)
    expect(mountDisk(disk, '1m')).toBe(true)
    try {
      const { bavail, bsize } = statfsSync(disk)
      writeFileSync(path.join(disk, 'filler'), Buffer.alloc(bavail * bsize - 8192))
      const { code, err } = await runCommand([
        'export',
        'part',
        '--format',
        'imagefolder',
        '--out',
        path.join(disk, 'out'),
        '--library',
        library,
        '--json',
        '--quiet',
      ])
      expect(JSON.parse(err)).toHaveProperty('error.code', 'no_space')
      expect(code).toBe(7)
      expect(await readdir(disk)).toEqual(['filler'])
      await rm(path.join(disk, 'filler'))
    } finally {
      unmountDisk(disk)
    }
  })
})
