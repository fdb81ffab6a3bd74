import { describe, expect, it } from 'vitest'
import {
  cropStyle,
  describeCrop,
  describeOutside,
  formatValue,
  orderModels,
} from '../../../../renderer/preprocessing/tensor-model.ts'

const tensor = {
  key: '',
  marksKey: null,
  width: 224,
  height: 224,
  sourceWidth: 640,
  sourceHeight: 480,
  crop: { x: 0.17, y: 0.0625, width: 0.657, height: 0.875 },
  channels: [],
  outsideShare: 0,
  tensor: '',
  preprocessing: '',
  origin: '',
}

describe('a tensor in words', () => {
  it('[PP235] draws the crop where it lies, and says how much it is', () => {
    expect(cropStyle(tensor.crop)).toEqual({ left: '17%', top: '6.25%', width: '65.7%', height: '87.5%' })
    expect(describeCrop(tensor)).toBe('66 % × 88 % of 640 × 480')
    expect(describeCrop({ ...tensor, crop: { x: 0, y: 0, width: 1, height: 1 } })).toBe('all of 640 × 480')
    expect(describeCrop({ ...tensor, crop: { x: -0.1, y: 0, width: 1.2, height: 1 } })).toMatch(/black around it/)
  })

  it('[PP236] writes values with a true minus, and says where they stand for no brightness', () => {
    expect([-2.1179, 0, 0.12345, 151.06, null].map(formatValue)).toEqual(['−2.118', '0', '0.123', '151', '–'])
    expect(describeOutside({ outsideShare: 0 })).toBeNull()
    expect(describeOutside({ outsideShare: 0.4 })).toMatch(/^40 % of the values/)
  })

  it('[PP237] offers the model in view first, then those that predicted here, then all others', () => {
    const models = [{ name: 'a' }, { name: 'b' }, { name: 'c' }]
    const runs = [
      { model: 'b', modelName: 'b' },
      { model: 'c (masked)', modelName: 'c' },
      { model: 'imported', modelName: null },
      { model: 'gone', modelName: 'gone' },
    ]
    expect(orderModels(models, runs, 'c (masked)')).toEqual(['c', 'b', 'a'])
    expect(orderModels(models, runs, null)).toEqual(['b', 'c', 'a'])
  })
})
