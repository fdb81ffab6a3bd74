import { describe, expect, it } from 'vitest'
import { bitsetOf, rowsOf } from '#core/columns/bitset.ts'
import { describeProtocol, noteProtocols } from '#core/compare/describe-protocols.ts'
import { judgedByAll, noteSamples } from '#core/compare/judged-samples.ts'

const lite0 = { model: 'lite0', protocol: 'unmasked', answers: 1000 } as const
const lite1 = { model: 'lite1', protocol: 'unmasked', answers: 1000 } as const
const clip = { model: 'clip', protocol: 'zero-shot', answers: 113 } as const

describe('protocols beside figures', () => {
  it('[ID8] names the protocol with how many classes it is over', () => {
    expect(describeProtocol(lite0)).toBe('unmasked, over 1,000 classes')
    expect(describeProtocol({ protocol: 'masked', answers: 1 })).toBe('masked, over 1 class')
    expect(describeProtocol({ protocol: 'masked', answers: null })).toBe('masked')
    expect(describeProtocol({ protocol: '16-class', answers: 16 })).toBe('16-class')
  })

  it('[ID9] says where accuracies answer other questions, also under one protocol over other classes', () => {
    expect(noteProtocols([lite0, lite1])).toBeNull()
    expect(noteProtocols([lite0, clip])).toBe(
      'lite0 is judged unmasked, over 1,000 classes; clip zero-shot, over 113 classes: their accuracies are not like with like.',
    )
    expect(noteProtocols([lite0, lite1, clip])).toMatch(/^lite0 and lite1 are judged unmasked/)
    expect(noteProtocols([lite0, { ...lite1, answers: 10 }])).toMatch(/over 1,000 classes; lite1 unmasked, over 10/)
    const many = Array.from({ length: 5 }, (_, i) => ({ ...lite0, model: `m${i}` }))
    expect(noteProtocols([...many, clip])).toMatch(/^m0, m1 and 3 others are judged/)
  })

  it('[ID10] takes imported predictions of unknown classes to be like the others of their protocol', () => {
    expect(noteProtocols([lite0, { model: 'csv', protocol: 'unmasked', answers: null }])).toBeNull()
    expect(noteProtocols([{ model: 'csv', protocol: 'masked', answers: null }, lite0])).toMatch(
      /csv is judged masked; lite0/,
    )
  })

  it('[ID11] says where models have judged other samples, and finds those that all have judged', () => {
    expect(noteSamples(['a'], [3])).toBeNull()
    expect(noteSamples(['a', 'b'], [3, 3])).toBeNull()
    expect(noteSamples(['a', 'b', 'c'], [30, 2000, 40])).toBe(
      'b has judged 2,000 of these samples and a 30: each accuracy is over its own.',
    )
    const rows = bitsetOf([0, 1, 2, 40], 41)
    const column = (judged: readonly number[]) =>
      Uint8Array.from({ length: 41 }, (_, row) => (judged.includes(row) ? 2 : 0))
    expect([...rowsOf(judgedByAll(rows, [column([0, 1, 40, 3]), column([1, 2, 40])]))]).toEqual([1, 40])
    expect([...rowsOf(rows)]).toEqual([0, 1, 2, 40])
  })
})
