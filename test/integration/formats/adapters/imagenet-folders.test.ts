import { mkdir, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  validationName,
  writeImagenetC,
  writeImagenetR,
  writeImagenetV2,
  writeMultiLabels,
  writeReal,
  writeValidation,
} from '../../../support/doubles/imagenet-folders.ts'
import { openKnown } from '../../../support/open-known.ts'
import { createTempFolder } from '../../../support/temp-folder.ts'

/** Tench, the two cranes, the two maillots, toilet tissue. */
const ids = [0, 134, 517, 638, 639, 999]

describe('class folders of ImageNet', () => {
  it('[AD8] reads WordNet ids as names that are each of one class, and accepts the class', async () => {
    const folder = await createTempFolder()
    await writeValidation(folder, 12, ids)
    const { adapter, index, rows, found } = await openKnown(folder)
    expect(adapter).toBe('imagenet-folders')
    expect(rows).toHaveLength(12)
    expect(new Map(rows.map((row) => [row.label, row.acceptedIds]))).toEqual(
      new Map([
        ['tench', [0]],
        ['crane (n02012849)', [134]],
        ['crane (n03126707)', [517]],
        ['maillot (n03710637)', [638]],
        ['maillot (n03710721)', [639]],
        ['toilet tissue', [999]],
      ]),
    )
    expect(index.classes).toEqual([...new Set(rows.map((row) => row.label))].sort((a, b) => order(a) - order(b)))
    expect(found).toEqual({ adapter_wnid: 12 })
    expect(rows.every((row) => row.split === 'validation')).toBe(true)
  })

  it('[AD9] keeps a folder of an unknown WordNet id as a label, and leaves other datasets alone', async () => {
    const folder = await createTempFolder()
    await writeValidation(
      folder,
      60,
      Array.from({ length: 30 }, (_, i) => i),
    )
    await rename(path.join(folder, 'val/n01440764'), path.join(folder, 'val/n99999999'))
    const { rows, found } = await openKnown(folder)
    expect(rows.find((row) => row.fileName.includes('n99999999'))).toMatchObject({
      label: 'n99999999',
      acceptedIds: null,
    })
    expect(found).toEqual({ adapter_wnid: 58, adapter_wnid_unknown: 2 })
    await writeFile(path.join(folder, 'metadata.csv'), `file_name,label\nval/n01443537/${validationName(2)},mine\n`)
    expect((await openKnown(folder)).adapter).toBeNull()
  })

  it('[AD10] says A, R or Sketch only where the name does; reads how ImageNet-R’s pictures were made', async () => {
    const folder = await createTempFolder()
    await writeImagenetR(folder, [1, 2, 3])
    const { reason, rows, found } = await openKnown(folder)
    expect(reason).toContain('the name says ImageNet-R')
    expect(rows.map((row) => row.fields['rendition'])).toEqual(
      expect.arrayContaining(['art', 'cartoon', 'sketch', 'videogame']),
    )
    expect(found).toEqual({ adapter_wnid: 12, adapter_rendition: 12 })
    await rename(path.join(folder, 'imagenet-r'), path.join(folder, 'pictures'))
    expect((await openKnown(folder)).reason).not.toContain('says')
    expect((await openKnown(folder, { repo: 'somebody/imagenet-a' })).reason).toContain('the name says ImageNet-A')
    expect((await openKnown(folder, { repo: 'somebody/imagenet-airplanes' })).reason).not.toContain('says')
  })

  it('[AD11] reads numbered class folders where the name says ImageNetV2, and only there', async () => {
    const folder = await createTempFolder()
    await writeImagenetV2(folder, [0, 7, 999])
    const { adapter, rows } = await openKnown(folder)
    expect(adapter).toBe('imagenet-v2')
    expect(rows.map((row) => [row.label, row.acceptedIds])).toEqual([
      ['tench', [0]],
      ['cock', [7]],
      ['toilet tissue', [999]],
    ])
    await rename(path.join(folder, 'imagenetv2-matched-frequency-format-val'), path.join(folder, 'numbers'))
    expect((await openKnown(folder)).adapter).toBeNull()
    expect((await openKnown(folder, { repo: 'vaishaal/ImageNetV2' })).adapter).toBe('imagenet-v2')
  })

  it('[AD12] reads corruption, severity and group of ImageNet-C, whether the group has a folder or not', async () => {
    for (const corruptions of [
      ['noise/gaussian_noise', 'weather/snow'],
      ['gaussian_noise', 'snow'],
    ]) {
      const folder = await createTempFolder()
      await writeImagenetC(folder, corruptions, [1, 5], [0, 517])
      const { adapter, rows } = await openKnown(folder)
      expect(adapter).toBe('imagenet-c')
      expect(rows).toHaveLength(8)
      for (const row of rows) {
        const isNoise = row.fileName.includes('gaussian_noise')
        expect(row.fields).toEqual({
          corruption: isNoise ? 'gaussian_noise' : 'snow',
          severity: row.fileName.includes('/5/') ? 5 : 1,
          corruption_group: isNoise ? 'noise' : 'weather',
        })
        expect(row.acceptedIds).toEqual(row.label === 'tench' ? [0] : [517])
      }
    }
    const single = await createTempFolder()
    await writeImagenetC(single, ['plasma'], [3], [4])
    expect((await openKnown(path.join(single, 'plasma'))).adapter).toBe('imagenet-folders')
    expect((await openKnown(single)).rows[0]?.fields).toEqual({
      corruption: 'plasma',
      severity: 3,
      corruption_group: null,
    })
  })
})

describe('better labels beside the images', () => {
  it('[AD13] accepts what ReaL says, and marks images to which no label applies', async () => {
    const folder = await createTempFolder()
    await writeValidation(folder, 10, ids)
    await writeReal(folder, ids)
    const { index, rows, found } = await openKnown(folder)
    const byName = new Map(rows.map((row) => [path.basename(row.fileName), row]))
    expect(byName.get(validationName(7))).toMatchObject({ acceptedIds: [0, 1], fields: { problematic: false } })
    expect(byName.get(validationName(5))).toMatchObject({ acceptedIds: [], fields: { problematic: true } })
    expect(found).toMatchObject({ adapter_real: 50_000, adapter_real_none: 10_000 })
    expect(index.fields).toContainEqual({ name: 'problematic', kind: 'boolean', role: 'plain', source: 'sidecar' })
  })

  it('[AD14] accepts correct and unclear labels of reviewers before ReaL’s, and marks what they found problematic', async () => {
    const folder = await createTempFolder()
    await writeValidation(folder, 10, ids)
    await writeReal(folder, ids)
    await writeMultiLabels(folder, 6, ids)
    const { rows, found } = await openKnown(folder)
    const byName = new Map(rows.map((row) => [path.basename(row.fileName), row]))
    expect(byName.get(validationName(2))).toMatchObject({ acceptedIds: [134, 135], fields: { problematic: true } })
    expect(byName.get(validationName(7))).toMatchObject({ acceptedIds: [0, 1], fields: { problematic: false } })
    expect(byName.get(validationName(8))).toMatchObject({ acceptedIds: [134], fields: { problematic: false } })
    expect(found).toMatchObject({
      adapter_multi_labels: 6,
      adapter_multi_labels_problematic: 1,
      adapter_multi_labels_wnid: 1,
    })
  })

  it('[BG85] accepts no label of an image whose reviewers found none that fits, and its own where they only name it', async () => {
    const folder = await createTempFolder()
    await writeValidation(folder, 3, ids)
    const labels = {
      initial_annots: { [validationName(1)]: { correct: [], wrong: ['n01440764'], unclear: [] } },
      imagenet_m: [validationName(2)],
    }
    await writeFile(path.join(folder, 'human_accuracy.json'), JSON.stringify(labels))
    const { rows } = await openKnown(folder)
    expect(rows.map((row) => [path.basename(row.fileName), row.acceptedIds, row.fields['problematic']])).toEqual([
      [validationName(1), [], true],
      [validationName(2), [134], false],
      [validationName(3), [517], null],
    ])
  })

  it('[AD15] reads validation images outside of class folders only where their labels lie beside them', async () => {
    const folder = await createTempFolder()
    await writeValidation(folder, 8, ids, 'flat')
    expect((await openKnown(folder)).adapter).toBeNull()
    await writeReal(folder, ids)
    const { adapter, rows, found } = await openKnown(folder)
    expect(adapter).toBe('imagenet-validation')
    expect(rows.map((row) => row.acceptedIds)).toEqual([[0], [134], [517], [638], [], [999], [0, 1], [134]])
    expect(rows.every((row) => row.label === null)).toBe(true)
    expect(found).toMatchObject({ adapter_validation_unlabelled: 8 })
  })

  it('[AD16] says which label file is broken', async () => {
    const folder = await createTempFolder()
    await writeValidation(folder, 2, ids)
    for (const content of ['[[1', '{"a": 1}', '[[1000]]', '[]']) {
      await mkdir(folder, { recursive: true })
      await writeFile(path.join(folder, 'real.json'), content)
      await expect(openKnown(folder)).rejects.toMatchObject({ code: 'broken_file', details: { file: 'real.json' } })
    }
  })
})

/** Place of a label in ImageNet's order. */
function order(label: string | null): number {
  return (
    ['tench', 'crane (n02012849)', 'crane (n03126707)', 'maillot (n03710637)', 'maillot (n03710721)'].indexOf(
      label!,
    ) >>> 0
  )
}
