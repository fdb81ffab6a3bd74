// A report of the embedded sample: figures, evidence and thumbnails in files that need nothing else.
import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine, readSamples } from '../../support/test-engine.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string
let hardest: string

/** A model that fails on every image of the largest background, and on every fifth of the others. */
beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
  dataset = await engine.import({ kind: 'sample' })
  const samples = await readSamples(engine, dataset)
  const page = await engine.call('query.page', {
    dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: samples.length,
    columns: [],
  })
  const [largest] = await engine.call('query.values', {
    dataset,
    path: { kind: 'field', name: 'background' },
    search: '',
    limit: 1,
  })
  hardest = String(largest!.value)
  const labels = [...new Set(samples.map(({ label }) => String(label)))]
  const lines = samples.map(({ label, background }, i) => {
    const fails = background === hardest || i % 5 === 0
    const answer = fails ? labels[(labels.indexOf(String(label)) + 1) % labels.length]! : String(label)
    return `${page.fileNames[i]},"${answer}",0.5`
  })
  const file = path.join(folder.folder, 'odd <model>.csv')
  await writeFile(file, ['file_name,predicted,confidence', ...lines].join('\n'))
  const { job } = await engine.call('predictions.import', {
    dataset,
    place: engine.engine.places.register(file),
    model: 'odd <model>',
    joinBy: null,
  })
  await engine.engine.jobs.wait(job.id)
})

afterAll(async () => {
  await engine.close()
  await folder.remove()
})

async function write(name: string, where = '') {
  return await engine.call('reports.write', {
    dataset,
    filter: where === '' ? everything : await engine.where(dataset, where),
    models: ['odd <model>'],
    place: engine.engine.places.register(folder.folder),
    name,
  })
}

const read = async (name: string) => await readFile(path.join(folder.folder, name), 'utf8')

describe('reports.write', () => {
  it('[RP1] tells the findings with figures, filters, thumbnails and evidence in one page', async () => {
    const written = await write('first')
    expect(written).toMatchObject({ html: 'first.html', markdown: 'first.md' })
    expect(written.findings).toBeGreaterThan(0)
    const [html, markdown] = [await read('first.html'), await read('first.md')]
    expect(html).toContain(`<h3>background = ${hardest}</h3>`)
    expect(html).toContain('On ' + hardest + ', odd &lt;model&gt; fails')
    expect(html.match(/src="data:image\/webp;base64,/g)?.length).toBeGreaterThan(7)
    expect(html).toContain('imported predictions; unmasked; imported')
    expect(html).not.toMatch(/<script|(?:src|href)="(?!data:)|odd <model>/)
    expect(markdown).toContain(`### background = ${hardest}`)
    expect(markdown).toContain('odd \\<model\\> fails')
    expect(written.bytes).toBe(Buffer.byteLength(html) + Buffer.byteLength(markdown))
  })

  it('[UX11] tells metrics over everything and error ratios by value', async () => {
    await write('metrics')
    const [html, markdown] = [await read('metrics.html'), await read('metrics.md')]
    expect(html).toContain('<h2>Metrics</h2>')
    expect(html).toContain('<h3>Error ratio by background</h3>')
    expect(markdown).toMatch(
      new RegExp(`\\| ${hardest} \\| \\d\\.\\d\\d \\\\\\[\\d\\.\\d\\d, \\d\\.\\d\\d\\\\\\], n \\d+ \\|`),
    )
  })

  it('[RP2] gives the same bytes for the same inputs', async () => {
    await write('again')
    expect(await read('again.html')).toBe(await read('first.html'))
    expect(await read('again.md')).toBe(await read('first.md'))
  })

  it('[RP3] says under which filter it stands, and that nothing stands out where nothing does', async () => {
    await write('other', 'id < 40')
    const markdown = await read('other.md')
    expect(markdown).toContain('39 of 1,485 samples, those for which id \\< 40.')
    expect(markdown).toContain('Nothing stands out, though it could have')
    expect(markdown).toMatch(/\| odd \\<model\\> \| [^|]+ \| \d+ \| 39 \| unmasked \|/)
  })

  it('[RP7] warns where the filter picks images by what the model got wrong, and ranks nothing by it', async () => {
    await write('mined', '`odd <model>`.correct = false')
    const markdown = await read('mined.md')
    expect(markdown).toMatch(/^> .*odd \\<model\\>/m)
    expect(markdown).not.toContain('q \\<')
  })

  it('[RP4] replaces no file and leaves none behind', async () => {
    expect(await failureOf(write('first'))).toMatchObject({ code: 'already_exists' })
    expect(await failureOf(write('../first'))).toMatchObject({ code: 'unsafe_path' })
    expect((await readdir(folder.folder)).filter((name) => name.endsWith('.unfinished'))).toEqual([])
  })
})
