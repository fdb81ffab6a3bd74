// Newer revisions of datasets whose images are parts of larger files, that were known by an adapter, or repaired.
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { writeImagenetD } from '../../support/doubles/imagenet-d.ts'
import { makeTar } from '../../support/make-tar.ts'
import { drawPattern, toPng } from '../../support/patterns.ts'
import { openRevisionScene } from '../../support/revision-scene.ts'

const draw = (number: number) => toPng(drawPattern(number, 24, 24))

/** Shards of four images each. */
async function writeShards(folder: string, shards: readonly (readonly number[])[]): Promise<void> {
  for (const [at, numbers] of shards.entries()) {
    const parts = numbers.map(async (number) => [
      [`k${number}.png`, await draw(number)] as const,
      [`k${number}.cls`, String(number % 2)] as const,
    ])
    await writeFile(path.join(folder, `train-${at}.tar`), await makeTar((await Promise.all(parts)).flat()))
  }
  await writeFile(path.join(folder, 'classes.txt'), 'even\nodd\n')
}

async function writeTable(file: string, images: readonly (readonly [name: string | null, number: number])[]) {
  const cells = await Promise.all(images.map(async ([name, number]) => ({ bytes: await draw(number), path: name })))
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'image', data: cells },
      { name: 'label', data: images.map(([, number]) => `class ${number % 2}`) },
    ],
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
      { name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'label', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
    ],
  })
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, new Uint8Array(buffer))
}

describe('parts of larger files', () => {
  it('[RV4] keeps what lies in shards that are the same, and fetches none of them again', async () => {
    const scene = await openRevisionScene((folder) =>
      writeShards(folder, [
        [1, 2, 3, 4],
        [5, 6, 7, 8],
      ]),
    )
    await scene.tag('look', 'id in (2, 6)')
    await writeShards(scene.next, [
      [1, 2, 3, 4],
      [5, 6, 9],
    ])
    await rename(path.join(scene.next, 'train-0.tar'), path.join(scene.next, 'train-7.tar'))
    scene.move()
    const before = scene.server.requests.length
    expect(await scene.compare()).toMatchObject({ added: 1, removed: 2, changed: 0, unsure: 0, unchanged: 6 })
    await scene.take()
    expect(scene.filesAsked(before)).toEqual(['train-1.tar'])
    expect(await scene.tagged('look')).toEqual(['k6.png', 'k2.png'])
    const { job } = await scene.engine.call('datasets.fetchImages', { dataset: scene.dataset })
    expect((await scene.engine.engine.jobs.wait(job.id)).result).toMatchObject({ failed: 0 })
  })

  it('[RV5] keeps rows of a changed table by the paths of their images, and takes them for changed', async () => {
    const file = 'data/train-00000-of-00001.parquet'
    const scene = await openRevisionScene(
      (folder) =>
        writeTable(path.join(folder, file), [
          ['a.png', 1],
          ['b.png', 2],
          ['c.png', 3],
        ]),
      { lfsBytes: 1 },
    )
    await scene.tag('look', 'file_name in ("a.png", "c.png")')
    await writeTable(path.join(scene.next, file), [
      ['b.png', 2],
      ['c.png', 3],
      ['d.png', 4],
    ])
    scene.move()
    expect(await scene.compare()).toMatchObject({ added: 1, removed: 1, unsure: 2, unchanged: 0, lost: { tagged: 1 } })
    await scene.take()
    expect(await scene.tagged('look')).toEqual(['c.png'])
  })

  it('[RV5] does not take rows without paths for one another because they have one number', async () => {
    const file = 'data/train-00000-of-00001.parquet'
    const scene = await openRevisionScene(
      (folder) =>
        writeTable(path.join(folder, file), [
          [null, 1],
          [null, 2],
        ]),
      { lfsBytes: 1 },
    )
    await scene.tag('look', 'id = 1')
    await writeTable(path.join(scene.next, file), [
      [null, 9],
      [null, 1],
      [null, 2],
    ])
    scene.move()
    expect(await scene.compare()).toMatchObject({ added: 3, removed: 2, unsure: 0, lost: { tagged: 1 } })
    await scene.take()
    expect(await scene.tagged('look')).toEqual([])
  })
})

describe('ImageNet-D', () => {
  it('[RV25] follows its images into other folders', async () => {
    const scene = await openRevisionScene((folder) =>
      writeImagenetD({ layout: 'voxel51', folder, counts: { background: 30, texture: 8, material: 6 } }),
    )
    const { job } = await scene.engine.call('datasets.fetchImages', { dataset: scene.dataset })
    await scene.engine.engine.jobs.wait(job.id)
    await scene.tag('look', 'nuisance = "texture"')
    const before = await scene.samples()
    // As when it was pushed again with another chunk size.
    const data = path.join(scene.next, 'data')
    const files = (await readdir(path.join(data, 'data_0'))).sort()
    const placeOf = new Map(files.map((file, i) => [file, `data_${Math.floor(i / 10)}/${file}`]))
    await rename(path.join(data, 'data_0'), path.join(data, 'old'))
    for (const [file, place] of placeOf) {
      await mkdir(path.dirname(path.join(data, place)), { recursive: true })
      await rename(path.join(data, 'old', file), path.join(data, place))
    }
    await rm(path.join(data, 'old'), { recursive: true })
    const documents = path.join(scene.next, 'samples.json')
    const text = await readFile(documents, 'utf8')
    await writeFile(
      documents,
      text.replace(/data\/data_0\/([^"]+)/g, (_, file: string) => `data/${placeOf.get(file)}`),
    )
    scene.move()
    const asked = scene.server.requests.length
    const diff = await scene.take()
    expect(diff).toMatchObject({ added: 0, removed: 0, changed: 0, unsure: 0 })
    expect(diff.moved).toBeGreaterThan(30)
    expect(diff.moved + diff.unchanged).toBe(44)
    const after = await scene.samples()
    const nameOf = (file: string) => path.basename(file)
    const byFile = (samples: typeof after) => new Map([...samples].map(([file, sample]) => [nameOf(file), sample]))
    expect(byFile(after)).toEqual(byFile(before))
    const again = await scene.engine.call('datasets.fetchImages', { dataset: scene.dataset })
    await scene.engine.engine.jobs.wait(again.job.id)
    expect(scene.filesAsked(asked).filter((file) => file.endsWith('.png'))).toEqual([])
  })
})

describe('repairs', () => {
  it('[RV26] leaves out what was taken out by hand, and does repairs of the class again', async () => {
    const scene = await openRevisionScene(async (folder) => {
      for (const [at, name] of ['Cat', 'cat ', 'dog'].entries()) {
        await mkdir(path.join(folder, name), { recursive: true })
        await writeFile(path.join(folder, name, `${at}.png`), await draw(at))
      }
      await writeFile(path.join(folder, 'dog/text.jpg'), 'no image at all')
    })
    const { dataset, engine, next } = scene
    const { job } = await engine.call('datasets.fetchImages', { dataset })
    await engine.engine.jobs.wait(job.id)
    const summary = () => engine.call('datasets.open', { dataset })
    await engine.call('lint.repair', { dataset, rule: 'unreadable_image' })
    await engine.call('lint.repair', { dataset, rule: 'class_name_collision' })
    const classes = async () => new Set([...(await scene.samples()).values()].map(({ label }) => label))
    const merged = await classes()
    expect(merged.size).toBe(2)
    await cp(path.join(next, 'dog/2.png'), path.join(next, 'dog/4.png'))
    await writeFile(path.join(next, 'dog/3.png'), await draw(3))
    scene.move()
    expect(await scene.compare()).toMatchObject({ added: 2, removed: 0, unchanged: 3 })
    await scene.take()
    expect((await summary()).samples).toBe(5)
    expect([...(await scene.samples()).keys()]).not.toContain('dog/text.jpg')
    expect(await classes()).toEqual(merged)
  })
})
