// What other programs need of an export beyond what Foible needs itself; tried by hand with fiftyone, datasets and pandas.
import { cp, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseExtendedJson } from '#formats/extended-json.ts'
import { exportsFolder } from '../formats/expected.ts'
import { type TestEngine, makeFolder, openTestEngine } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

let root: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine

beforeAll(async () => {
  root = await makeFolder()
  engine = await openTestEngine(path.join(root.folder, 'library'))
})
afterAll(async () => {
  await engine.close()
  await root.remove()
})

async function exportAs(dataset: string, format: 'csv' | 'fiftyone' | 'imagefolder', media: 'copy' | 'none' = 'copy') {
  const out = path.join(await createTempFolder(), 'out')
  await engine.export(dataset, out, { format, media })
  return out
}

describe('probabilities of an export', () => {
  it('[XR1] have the digits that were given, and none of their 32 bits', async () => {
    const dataset = await engine.import(path.join(exportsFolder, 'webdataset'))
    const out = await exportAs(dataset, 'imagefolder', 'none')
    const lines = (await readFile(path.join(out, 'metadata.jsonl'), 'utf8')).trim().split('\n')
    const given = lines.flatMap((line) => [...line.matchAll(/"probabilities":\[([^\]]*)\]/g)].map(([, text]) => text!))
    expect(given).toHaveLength(47)
    expect(given.filter((text) => !/^0\.\d{1,4}$/.test(text))).toEqual([])
  })

  it('[XR2] are lists of numbers wherever there is a list', async () => {
    const folder = await createTempFolder()
    const answers = [
      { file_name: 'a.png', predictions: { m: { classes: ['x', 'y'], probabilities: [null, null] } } },
      { file_name: 'b.png', predictions: { m: { classes: ['x', 'y'], probabilities: [0.5, null] } } },
    ]
    await cp(path.join(exportsFolder, 'fiftyone-tree/N/n-dots-0.png'), path.join(folder, 'a.png'))
    await cp(path.join(exportsFolder, 'fiftyone-tree/N/n-dots-0.png'), path.join(folder, 'b.png'))
    await writeFile(path.join(folder, 'metadata.jsonl'), answers.map((row) => JSON.stringify(row)).join('\n'))
    const dataset = await engine.import(folder)

    const table = await readFile(path.join(await exportAs(dataset, 'imagefolder'), 'metadata.jsonl'), 'utf8')
    expect([...table.matchAll(/"probabilities":(\[[^\]]*\])/g)].map(([, list]) => list)).toEqual(['[]', '[0.5,null]'])

    const { samples } = JSON.parse(
      await readFile(path.join(await exportAs(dataset, 'fiftyone'), 'samples.json'), 'utf8'),
    ) as { samples: { m: { top_k_classes: string[]; top_k_probabilities?: unknown } }[] }
    expect(samples.map(({ m }) => m.top_k_classes)).toEqual([
      ['x', 'y'],
      ['x', 'y'],
    ])
    expect(samples.map(({ m }) => m.top_k_probabilities)).toEqual([undefined, [0.5, { $numberDouble: 'NaN' }]])

    for (const format of ['imagefolder', 'fiftyone'] as const) {
      const again = await engine.import(await exportAs(dataset, format))
      const details = await Promise.all([1, 2].map((id) => engine.call('samples.get', { dataset: again, id })))
      expect(
        details.map(({ predictions }) => predictions[0]!.answers.map(({ name, probability }) => [name, probability])),
      ).toEqual([
        [
          ['x', null],
          ['y', null],
        ],
        [
          ['x', 0.5],
          ['y', null],
        ],
      ])
    }
  })
})

describe('masks in files of their own', () => {
  let source: string

  beforeAll(async () => {
    source = path.join(root.folder, 'masks')
    await cp(path.join(exportsFolder, 'fiftyone-dataset'), source, { recursive: true })
    const document = parseExtendedJson(await readFile(path.join(source, 'samples.json'), 'utf8')) as {
      samples: Record<string, unknown>[]
    }
    const paths = [
      'fields/seg/a.png',
      'fields\\seg\\b.png',
      'fields/seg/a.png',
      'fields/seg/gone.png',
      'fields/../../x',
    ]
    for (const [i, file] of [...paths, 'fields/seg/link.png', 'fields/linked/c.png'].entries())
      document.samples[i]!['seg'] = { _cls: 'Segmentation', mask_path: file }
    await writeFile(path.join(source, 'samples.json'), JSON.stringify(document))
    await mkdir(path.join(source, 'fields/seg'), { recursive: true })
    await writeFile(path.join(source, 'fields/seg/a.png'), 'mask a')
    await writeFile(path.join(source, 'fields/seg/b.png'), 'mask b')
    await writeFile(path.join(source, 'fields/seg/unused.png'), 'not named')
    await mkdir(path.join(root.folder, 'outside'))
    await writeFile(path.join(root.folder, 'outside/c.png'), 'secret')
    await writeFile(path.join(root.folder, 'x'), 'secret')
    await symlink(path.join(root.folder, 'outside/c.png'), path.join(source, 'fields/seg/link.png'))
    await symlink(path.join(root.folder, 'outside'), path.join(source, 'fields/linked'))
  })

  it.each([false, true])(
    '[XR3] come along to FiftyOne, and nothing else does (imported as a copy: %s)',
    async (copy) => {
      const dataset = await engine.import(source, { copy })
      const out = await exportAs(dataset, 'fiftyone')
      expect((await readdir(path.join(out, 'fields'), { recursive: true })).sort()).toEqual([
        'seg',
        path.join('seg', 'a.png'),
        path.join('seg', 'b.png'),
      ])
      expect(await readFile(path.join(out, 'fields/seg/b.png'), 'utf8')).toBe('mask b')
    },
  )

  it('[XR3] stay where they are if an export has no images', async () => {
    const dataset = await engine.import(source)
    expect(await readdir(await exportAs(dataset, 'fiftyone', 'none'))).not.toContain('fields')
  })
})
