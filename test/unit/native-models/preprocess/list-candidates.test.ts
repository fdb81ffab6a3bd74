import { describe, expect, it } from 'vitest'
import type { Preprocessing, TensorSpec } from '#models/model-spec.ts'
import {
  type Factor,
  type Feeding,
  differingFactors,
  factors,
  isOtherCut,
  isSameFeeding,
  listCandidates,
  withFactorOf,
} from '#models/preprocess/list-candidates.ts'
import { nameFeeding } from '#models/preprocess/name-feeding.ts'

const preprocessing: Preprocessing = {
  resize: { kind: 'shortest-edge', size: 256 },
  resample: 'bicubic',
  crop: { width: 224, height: 224 },
  rescale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channelOrder: 'rgb',
  origin: 'preprocessor_config.json',
}
const own: Feeding = { preprocessing, layout: 'nchw' }

function model(shape: TensorSpec['shape'] = [null, 3, 224, 224], type = 'float32', size = 224) {
  return { input: { name: 'pixels', type, shape }, width: size, height: size }
}
const names = (factor: Factor, base = own, of = model()) =>
  listCandidates(base, factor, of).map((feeding) => nameFeeding(feeding, base))
const change = (steps: Partial<Preprocessing>): Feeding => ({ ...own, preprocessing: { ...preprocessing, ...steps } })

describe('listCandidates', () => {
  it('[PP222] offers the usual values, orders, cuts and filters, without what the model has already', () => {
    expect(names('values')).toEqual([
      '(x / 255 - 0.5) / 0.5',
      '(x / 255 - 0) / 1',
      '(x / 255 - [0.4815 0.4578 0.4082]) / [0.2686 0.2613 0.2758]',
      '(x - 0) / 1',
      '(x - [123.7 116.8 103.9]) / 1',
    ])
    expect(names('channels')).toEqual(['BGR'])
    expect(names('geometry')).toEqual([
      'shorter side 248, centre 224 x 224',
      'shorter side 235, centre 224 x 224',
      'shorter side 232, centre 224 x 224',
      'shorter side 224, centre 224 x 224',
      '224 x 224',
    ])
    expect(names('filter')).toEqual(['bilinear', 'nearest'])
    expect(names('layout')).toEqual([])
  })

  it('[PP223] turns means and deviations round with the channels, so that every colour keeps its own', () => {
    const [bgr] = listCandidates(own, 'channels', model())
    expect(bgr?.preprocessing).toMatchObject({
      channelOrder: 'bgr',
      mean: [0.406, 0.456, 0.485],
      std: [0.225, 0.224, 0.229],
    })
    expect(isSameFeeding(own, listCandidates(bgr!, 'channels', model())[0]!)).toBe(true)
    // ImageNet's values in BGR are what it has.
    expect(names('values', bgr)).not.toContain('(x / 255 - [0.406 0.456 0.485]) / [0.225 0.224 0.229]')
  })

  it('[PP224] offers the other layout only where the graph leaves it open', () => {
    expect(names('layout', own, model([null, null, null, null]))).toEqual(['NHWC'])
    expect(names('layout', own, model([1, 3, 3, 3], 'float32', 3))).toEqual(['NHWC'])
    expect(names('layout', own, model([null, 3, null, null]))).toEqual([])
  })

  it('[PP225] scales nothing for models that take bytes', () => {
    expect(names('values', change({ rescale: 1, mean: [0, 0, 0], std: [1, 1, 1] }), model(undefined, 'uint8'))).toEqual(
      [],
    )
    expect(names('geometry', own, model(undefined, 'uint8'))).toHaveLength(5)
  })

  it('[PP226] takes values within two levels of brightness for the same', () => {
    const lite = change({ mean: [0.498, 0.498, 0.498], std: [0.502, 0.502, 0.502] })
    expect(isSameFeeding(lite, change({ mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] }))).toBe(true)
    expect(names('values', lite)).not.toContain('(x / 255 - 0.5) / 0.5')
    expect(isSameFeeding(lite, change({ mean: [0.51, 0.51, 0.51], std: [0.5, 0.5, 0.5] }))).toBe(false)
  })

  it('[PP227] keeps the rounding of the crop, and fits inputs that are not square', () => {
    const timm = change({ crop: { width: 224, height: 224, rounding: 'half-even' } })
    for (const { preprocessing: steps } of listCandidates(timm, 'geometry', model())) {
      if (steps.crop !== null) expect(steps.crop.rounding).toBe('half-even')
    }
    const wide = listCandidates(own, 'geometry', { ...model(), width: 320, height: 160 })
    expect(wide.map(({ preprocessing: { resize } }) => resize)).toContainEqual({ kind: 'shortest-edge', size: 320 })
    expect(wide.map(({ preprocessing: { resize } }) => resize)).toContainEqual({
      kind: 'exact',
      width: 320,
      height: 160,
    })
  })

  it('[PP256] goes back to another feeding factor by factor', () => {
    const far: Feeding = {
      preprocessing: {
        ...preprocessing,
        resize: null,
        crop: null,
        resample: 'nearest',
        channelOrder: 'bgr',
        rescale: 1,
        mean: [1, 2, 3],
        std: [4, 5, 6],
      },
      layout: 'nhwc',
    }
    for (const order of [factors, factors.toReversed()]) {
      let feeding = far
      for (const factor of order) {
        feeding = withFactorOf(feeding, factor, own)
        expect(differingFactors(feeding, own)).not.toContain(factor)
      }
      expect(feeding).toEqual(own)
    }
  })

  it('[PP228] calls a feeding by all that sets it apart', () => {
    expect(nameFeeding(own, own)).toBe('as it is')
    expect(nameFeeding({ ...change({ channelOrder: 'bgr', resample: 'nearest' }), layout: 'nhwc' }, own)).toBe(
      'NHWC, (x / 255 - [0.485 0.456 0.406]) / [0.229 0.224 0.225], BGR, nearest',
    )
  })

  it('[PP229] tells another cut from another shape', () => {
    const resize = { kind: 'shortest-edge', size: 232 } as const
    expect(isOtherCut(own, change({ resize, resample: 'bilinear' }))).toBe(true)
    expect(isOtherCut(own, change({ resize: { kind: 'exact', width: 224, height: 224 }, crop: null }))).toBe(false)
    expect(isOtherCut(own, change({ resize, rescale: 1 }))).toBe(false)
  })
})
