import { expect, it } from 'vitest'
import { floatToHalf, halfToFloat } from '#models/half-floats.ts'

it('[RM16] gives back each of the 65,536 values, and holds halves in their order', () => {
  let before = -Infinity
  for (let bits = 0; bits < 65_536; bits++) {
    const value = halfToFloat(bits)
    if (!Number.isNaN(value)) expect(floatToHalf(value)).toBe(bits)
    if (bits < 0x7c00) {
      expect(value).toBeGreaterThan(before)
      before = value
    }
  }
  expect(halfToFloat(floatToHalf(Number.NaN))).toBeNaN()
})

it('[RM16] rounds to the nearest half, of two as near to the even one', () => {
  for (let bits = 0; bits < 0x7bff; bits++) {
    const [low, high] = [halfToFloat(bits), halfToFloat(bits + 1)]
    const middle = (low + high) / 2
    expect(floatToHalf(middle)).toBe(bits % 2 === 0 ? bits : bits + 1)
    expect(floatToHalf(low + (high - low) * 0.49)).toBe(bits)
    expect(floatToHalf(-(low + (high - low) * 0.51))).toBe((bits + 1) | 0x8000)
  }
  expect(halfToFloat(floatToHalf(65_504))).toBe(65_504)
  expect(halfToFloat(floatToHalf(65_519))).toBe(65_504)
  expect(halfToFloat(floatToHalf(65_520))).toBe(Infinity)
  expect(halfToFloat(floatToHalf(-1e30))).toBe(-Infinity)
  expect(floatToHalf(1e-30)).toBe(0)
})
