import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { imagenetDClasses } from '#core/facts/imagenet-d.ts'
import { type ImagenetDImage, type ImagenetDOptions, writeImagenetD } from '../../../support/doubles/imagenet-d.ts'
import { readAll } from '../../../support/open-dataset.ts'
import { openKnown } from '../../../support/open-known.ts'
import { createTempFolder } from '../../../support/temp-folder.ts'

const few = { background: 120, texture: 9, material: 7 }

async function writeDouble(layout: ImagenetDOptions['layout'], options: Partial<ImagenetDOptions> = {}) {
  const folder = await createTempFolder()
  return { folder, images: await writeImagenetD({ layout, folder, counts: few, ...options }) }
}

/** What a sample must say of an image. */
function expectedOf({ path, nuisance, object, guesses }: ImagenetDImage, hasQuestions = true) {
  const known = imagenetDClasses[object]!
  const prediction = {
    classes: guesses.map((guess) => imagenetDClasses[guess]!.display),
    probabilities: [null, null],
  }
  return {
    fileName: path,
    label: known.display,
    acceptedIds: known.ids,
    fields: { nuisance },
    predictions: hasQuestions ? { 'CLIP-best-guesses': prediction } : {},
  }
}

describe('ImageNet-D as released', () => {
  it('[AD1] reads objects, nuisances, accepted classes and guesses of all 4,835 images', async () => {
    const { folder, images } = await writeDouble('zcs15', { counts: { background: 3764, texture: 498, material: 573 } })
    const { adapter, index, rows, found } = await openKnown(folder)
    expect(adapter).toBe('imagenet-d')
    expect(rows).toHaveLength(4835)
    const byName = new Map(rows.map((row) => [row.fileName, row]))
    for (const image of images) expect(byName.get(image.path)).toMatchObject(expectedOf(image))
    expect(index.labelField).toBe('object')
    expect(index.classes).toHaveLength(113)
    expect(new Set(rows.flatMap((row) => row.acceptedIds)).size).toBe(125)
    expect(index.fields).toEqual([
      { name: 'nuisance', kind: 'category', role: 'nuisance', values: ['background', 'texture', 'material'] },
    ])
    expect(index.runs?.get('CLIP-best-guesses')).toEqual({ protocol: 'zero-shot', label_space: 'own' })
    expect(found).toEqual({ adapter_imagenet_d: 4835, adapter_imagenet_d_guesses: 4835 })
  })

  it('[AD2] says where counts, questions and images differ from the release', async () => {
    const { folder, images } = await writeDouble('zcs15')
    await rm(path.join(folder, images[0]!.path))
    const table = path.join(folder, 'questions/texture.csv')
    const lines = (await readFile(table, 'utf8')).split('\r\n')
    lines[1] = lines[1]!.replace(/\t.*?\t/, '\ta thing\t')
    lines.splice(2, 1)
    await writeFile(table, lines.join('\r\n'))
    await rename(path.join(folder, 'material/alarm_clock'), path.join(folder, 'material/gizmo'))
    const { rows, found } = await openKnown(folder)
    expect(rows).toHaveLength(135)
    expect(found).toEqual({
      adapter_imagenet_d: 135,
      adapter_imagenet_d_counts: 3,
      adapter_imagenet_d_class: 1,
      adapter_imagenet_d_guesses: 134,
      adapter_imagenet_d_unasked: 1,
      adapter_imagenet_d_no_image: 1,
      // The row with another object, and the folder that was renamed.
      adapter_imagenet_d_contradiction: 2,
    })
  })

  it('[AD2] does without questions, and says which of them cannot be read', async () => {
    const { folder, images } = await writeDouble('zcs15', { questions: false })
    const without = await openKnown(folder)
    expect(without.rows).toHaveLength(136)
    expect(without.rows.find((row) => row.fileName === images[5]!.path)).toMatchObject(expectedOf(images[5]!, false))
    await mkdir(path.join(folder, 'questions'))
    await writeFile(path.join(folder, 'questions/background.csv'), 'image_dir,gt_category\na,b\n')
    await writeFile(path.join(folder, 'questions/texture.csv'), '')
    await writeFile(path.join(folder, 'questions/material.csv'), '\xef\xbb\xbf\0\t"\t\n\t\t\t\n')
    const { rows, found } = await openKnown(folder)
    expect(rows).toHaveLength(136)
    expect(found['adapter_imagenet_d_questions']).toBe(2)
  })

  it('[AD3] counts nothing as missing where a part was asked for', async () => {
    const { folder } = await writeDouble('zcs15')
    const { rows, found } = await openKnown(folder, { options: { ...readAll, maxSamples: 10 } })
    expect(rows).toHaveLength(10)
    expect(found).not.toHaveProperty('adapter_imagenet_d_counts')
  })

  it('[AD4] takes no other dataset for it: other class folders, one nuisance only, DomainNet pictures', async () => {
    const folder = await createTempFolder()
    const { images } = await writeDouble('zcs15', { folder: path.join(folder, 'ImageNet-D'), questions: false })
    const content = await readFile(path.join(folder, 'ImageNet-D', images[0]!.path))
    const layouts = {
      other: ['background/cat/a.png', 'texture/dog/b.png', 'material/fish/c.png'],
      one: ['background/banana/a.png', 'background/backpack/b.png'],
      'ImageNet-D-domains': ['clipart/n07753592/a.png', 'sketch/n07753592/b.png'],
    }
    for (const [name, files] of Object.entries(layouts)) {
      for (const file of files) {
        await mkdir(path.dirname(path.join(folder, name, file)), { recursive: true })
        await writeFile(path.join(folder, name, file), content)
      }
      expect((await openKnown(path.join(folder, name))).adapter, name).not.toBe('imagenet-d')
    }
    expect((await openKnown(path.join(folder, 'ImageNet-D'))).adapter).toBe('imagenet-d')
  })
})

describe('ImageNet-D pushed again with FiftyOne', () => {
  it('[AD5] puts the label right, joins the questions among its media, drops three samples', async () => {
    const { folder, images } = await writeDouble('voxel51', {
      counts: { background: 3764, texture: 498, material: 573 },
    })
    const { adapter, index, rows, found } = await openKnown(folder, { repo: 'Voxel51/ImageNet-D' })
    expect(adapter).toBe('voxel51-imagenet-d')
    expect(index.format).toBe('fiftyone')
    expect(index.labelField).toBe('object')
    expect(rows).toHaveLength(4835)
    const byName = new Map(rows.map((row) => [row.fileName, row]))
    for (const image of images) expect(byName.get(image.path)).toMatchObject(expectedOf(image))
    expect(found).toEqual({ not_an_image: 3, adapter_imagenet_d: 4835, adapter_imagenet_d_guesses: 4835 })
    expect(index.findings()[0]).toMatchObject({ action: 'dropped as samples, read for objects and guesses' })
  })

  it('[AD6] has no object without the questions, and says where they are', async () => {
    const { folder } = await writeDouble('voxel51', { questions: false })
    const { rows, index, found } = await openKnown(folder, { repo: 'Voxel51/ImageNet-D' })
    expect(rows.every((row) => row.label === null && row.acceptedIds === null)).toBe(true)
    expect(new Set(rows.map((row) => row.fields['nuisance']))).toEqual(new Set(['background', 'texture', 'material']))
    expect(found['adapter_imagenet_d_no_object']).toBe(136)
    const finding = index.findings().find(({ rule }) => rule === 'adapter_imagenet_d_no_object')
    expect(finding?.message).toContain('zcs15/ImageNet-D')
  })

  it('[AD7] knows a local copy by name and images, and leaves a push alone whose labels are objects', async () => {
    const { folder } = await writeDouble('voxel51', { questions: false })
    const samples = path.join(folder, 'samples.json')
    const text = await readFile(samples, 'utf8')
    await writeFile(samples, text.replaceAll('"label":"background"', '"label":"binder (closed)"'))
    const { adapter, rows } = await openKnown(folder)
    expect(adapter).toBe('voxel51-imagenet-d')
    expect(rows.filter((row) => row.label === 'binder (closed)' && row.acceptedIds?.[0] === 446)).toHaveLength(120)
    await writeFile(path.join(folder, 'fiftyone.yml'), 'format: FiftyOneDataset\nname: mine\n')
    expect((await openKnown(folder)).adapter).toBeNull()
  })
})
