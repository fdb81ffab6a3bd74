import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { sixteenClasses } from '#core/facts/sixteen-class-imagenet.ts'
import { nineFolders, writeImagenet9, writeWaterbirds } from '../../../support/doubles/backgrounds.ts'
import { writeCueConflict, writeImagenetX, writeObjectNet } from '../../../support/doubles/factors.ts'
import { validationName, writeReal, writeValidation } from '../../../support/doubles/imagenet-folders.ts'
import { readAll } from '../../../support/open-dataset.ts'
import { openKnown } from '../../../support/open-known.ts'
import { createTempFolder } from '../../../support/temp-folder.ts'

describe('ImageNet-9', () => {
  it('[AD17] reads class, variation, background and the classes of fore- and background from paths and names', async () => {
    const folder = await createTempFolder()
    await writeImagenet9(folder, ['original', 'mixed_same', 'mixed_next', 'only_fg', 'only_bg_b'])
    const { adapter, index, rows, found } = await openKnown(folder)
    expect(adapter).toBe('imagenet-9')
    expect(index.classes?.[2]).toBe('wheeled vehicle')
    const find = (variation: string, name: string) =>
      rows.find((row) => row.fileName.startsWith(`${variation}/val/${name}/`))
    expect(find('mixed_next', '07_primate')).toMatchObject({
      label: 'primate',
      split: 'validation',
      fields: {
        variation: 'mixed_next',
        background: 'fish',
        foreground_class: 'chimpanzee',
        background_class: 'coho',
      },
    })
    expect(find('mixed_same', '00_dog')?.fields).toMatchObject({ background: 'dog', variation: 'mixed_same' })
    expect(find('original', '08_fish')?.fields).toMatchObject({ background: 'fish', foreground_class: 'goldfish' })
    expect(find('only_fg', '08_fish')?.fields).toMatchObject({ background: null, background_class: null })
    expect(find('only_bg_b', '08_fish')?.fields).toMatchObject({ background: 'fish', foreground_class: null })
    expect(found).toEqual({ adapter_imagenet_9: 90, adapter_imagenet_9_background: 36, adapter_imagenet_9_map: 18 })
  })

  it('[AD18] accepts the ImageNet classes that the file names show, or those of in_to_in9.json', async () => {
    const folder = await createTempFolder()
    await writeImagenet9(folder, ['mixed_rand'])
    const shown = await openKnown(folder)
    expect(shown.rows.find((row) => row.label === 'fish')?.acceptedIds).toEqual([1, 391])
    await writeFile(path.join(folder, 'in_to_in9.json'), JSON.stringify({ 0: 8, 1: 8, 151: 0, 404: -1 }))
    const mapped = await openKnown(folder)
    expect(mapped.rows.find((row) => row.label === 'fish')?.acceptedIds).toEqual([0, 1])
    expect(mapped.found['adapter_imagenet_9_map']).toBe(3)
    await writeFile(path.join(folder, 'in_to_in9.json'), '{"0": 9}')
    await expect(openKnown(folder)).rejects.toMatchObject({ code: 'broken_file' })
  })

  it('[AD18] accepts for no class what is shown in two', async () => {
    const folder = await createTempFolder()
    await writeImagenet9(folder, ['original'])
    const [[dog, [wnid]], [bird, [other]]] = nineFolders as [(typeof nineFolders)[0], (typeof nineFolders)[1]]
    const root = path.join(folder, 'original/val')
    await rename(path.join(root, bird, `${other}_05940.JPEG`), path.join(root, bird, `${wnid}_05940.JPEG`))
    const { rows, found } = await openKnown(folder)
    expect(found['adapter_imagenet_9_conflict']).toBe(1)
    expect(rows.filter((row) => row.label === 'dog').map((row) => row.acceptedIds)).toEqual([[199], [199]])
    expect(dog).toBe('00_dog')
  })

  it('[AD19] knows the variation where its own folder is chosen', async () => {
    const folder = await createTempFolder()
    await writeImagenet9(folder, ['original'])
    const { rows } = await openKnown(path.join(folder, 'original'))
    expect(rows[0]).toMatchObject({ label: 'dog', fields: { variation: 'original', background: 'dog' } })
  })
})

describe('Waterbirds', () => {
  it('[AD20] reads class, split, background, place and species from its metadata', async () => {
    const folder = await createTempFolder()
    await writeWaterbirds(folder, 24)
    const { adapter, rows, found } = await openKnown(folder)
    expect(adapter).toBe('waterbirds')
    expect(rows).toHaveLength(24)
    expect(rows[0]).toMatchObject({
      label: 'waterbird',
      split: 'train',
      fields: {
        background: 'water',
        place: 'ocean',
        species: 'Black footed Albatross',
        place_filename: '/o/ocean/00000450.jpg',
      },
    })
    expect(rows[1]).toMatchObject({
      label: 'landbird',
      split: 'validation',
      fields: { background: 'land', place: 'broadleaf' },
    })
    expect(rows[5]).toMatchObject({ label: 'waterbird', split: 'test', fields: { background: 'land' } })
    expect(found).toEqual({ adapter_waterbirds: 24 })
    const test = await openKnown(folder, { options: { ...readAll, split: 'test', maxSamples: 5 } })
    expect(test.rows.map((row) => row.split)).toEqual(Array.from({ length: 5 }, () => 'test'))
  })

  it('[AD21] follows no path out of the folder, counts missing images and odd numbers, and needs all six columns', async () => {
    const folder = await createTempFolder()
    await writeWaterbirds(folder, 6)
    const file = path.join(folder, 'metadata.csv')
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    const [row] = lines.slice(-1)
    await writeFile(
      file,
      [...lines, row, '7,../../etc/passwd,0,0,0,/x/y/1.jpg', '8,001.A/gone.jpg,2,0,7,', ''].join('\r\n'),
    )
    const { rows, found } = await openKnown(folder)
    expect(rows).toHaveLength(7)
    expect(rows.at(-1)).toMatchObject({ label: null, fields: { background: null, place: null } })
    expect(found).toEqual({
      adapter_waterbirds: 7,
      adapter_waterbirds_unknown: 1,
      adapter_waterbirds_no_image: 1,
      duplicate_row: 1,
      unsafe_path: 1,
    })
    await writeFile(file, lines.join('\n').replace('img_id', 'image_id'))
    await expect(
      openKnown(folder).then(
        ({ adapter }) => adapter,
        () => null,
      ),
    ).resolves.toBeNull()
  })
})

describe('ImageNet-X', () => {
  const ids = [0, 1, 2]

  it('[AD22] joins all factors as truth values and the first as a category, with the words of people', async () => {
    const folder = await createTempFolder()
    await writeValidation(folder, 8, ids)
    await writeImagenetX(folder, 8, ids)
    const { adapter, index, rows, found } = await openKnown(folder)
    expect(adapter).toBe('imagenet-x')
    expect(rows).toHaveLength(8)
    const byName = new Map(rows.map((row) => [path.basename(row.fileName), row]))
    expect(byName.get(validationName(2))).toMatchObject({
      fileName: `val/n01443537/${validationName(2)}`,
      label: 'goldfish',
      acceptedIds: [1],
      split: 'validation',
      fields: {
        pose: true,
        background: true,
        texture: false,
        top_factor: 'background',
        justification: 'a thing seen from above, no. 1',
        one_word: 'top view',
      },
    })
    expect(byName.get(validationName(5))?.fields).toMatchObject({ pose: false, top_factor: null })
    expect(byName.get(validationName(6))?.fields).toMatchObject({ one_word: null })
    expect(index.fields.filter((field) => field.kind === 'boolean' && field.role === 'nuisance')).toHaveLength(16)
    expect(found).toEqual({ adapter_imagenet_x: 8, adapter_imagenet_x_no_factor: 1 })
  })

  it('[AD23] reads the annotations alone as samples without an image, and counts images without annotation', async () => {
    const folder = await createTempFolder()
    await writeImagenetX(folder, 8, ids)
    const alone = await openKnown(folder)
    expect(alone.rows.map((row) => row.fileName)).toContain(validationName(8))
    expect(alone.found['adapter_imagenet_x_no_image']).toBe(8)
    await writeValidation(folder, 10, ids)
    await writeReal(folder, ids)
    const { rows, found } = await openKnown(folder)
    expect(rows).toHaveLength(8)
    expect(rows.find((row) => row.fileName.endsWith(validationName(5)))).toMatchObject({
      fields: { problematic: true },
    })
    expect(found['adapter_other_image']).toBe(2)
  })
})

describe('cue-conflict images', () => {
  it('[AD24] reads shape and texture from the name, with or without the prefix of an experiment', async () => {
    for (const layout of ['plain', 'experiment'] as const) {
      const folder = await createTempFolder()
      await writeCueConflict(folder, ['cat', 'knife', 'oven'], layout)
      const { adapter, index, rows, found } = await openKnown(folder)
      expect(adapter).toBe('cue-conflict')
      expect(index.labelField).toBe('shape')
      expect(rows).toHaveLength(9)
      const row = rows.find(({ fileName }) => /cat\d+-knife\d+\.png$/.test(fileName))
      expect(row).toMatchObject({
        label: 'cat',
        acceptedIds: sixteenClasses.cat,
        fields: { texture: 'knife', cue_conflict: true },
      })
      expect(found).toEqual({
        adapter_cue_conflict: 9,
        adapter_cue_conflict_decision: 9,
        adapter_cue_conflict_agree: 3,
      })
    }
  })

  it('[AD25] takes no dataset for it whose names are of other things', async () => {
    const folder = await createTempFolder()
    await writeCueConflict(folder, ['cat', 'spoon'])
    expect((await openKnown(folder)).adapter).toBeNull()
  })
})

describe('ObjectNet', () => {
  it('[AD26] takes the border off, is for evaluation only, and accepts ImageNet’s classes by the release’s mappings', async () => {
    const folder = await createTempFolder()
    await writeObjectNet(folder, { overlapping: 113, others: 200, mappings: true })
    const { adapter, index, rows, found } = await openKnown(folder)
    expect(adapter).toBe('objectnet')
    expect(index).toMatchObject({ cropBorderPx: 2, evaluationOnly: true })
    expect(rows).toHaveLength(313)
    expect(rows.find((row) => row.label === 'Alarm clock')?.acceptedIds).toEqual([409, 530])
    expect(rows.find((row) => row.label === 'Odd thing 3')).toMatchObject({
      acceptedIds: null,
      fields: { in_imagenet: false },
    })
    expect(found).toEqual({
      adapter_objectnet: 313,
      adapter_objectnet_licence: 313,
      adapter_objectnet_overlap: 113,
      adapter_objectnet_outside: 200,
    })
  })

  it('[AD27] matches the 113 common classes by name without the mappings, and is known in part by its name only', async () => {
    const folder = await createTempFolder()
    await writeObjectNet(folder, { overlapping: 113, others: 200, mappings: false })
    const whole = await openKnown(folder)
    expect(whole.found).toMatchObject({ adapter_objectnet_overlap: 113, adapter_objectnet_outside: 200 })
    expect(whole.rows.find((row) => row.fileName.includes('coffee_french'))?.acceptedIds).toEqual([550])
    await rm(folder, { recursive: true })
    await writeObjectNet(folder, { overlapping: 20, others: 10, mappings: false })
    expect((await openKnown(folder)).adapter).toBeNull()
    expect((await openKnown(folder, { repo: 'somebody/objectnet-1.0' })).adapter).toBe('objectnet')
  })
})
