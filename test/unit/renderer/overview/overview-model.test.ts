import { describe, expect, it } from 'vitest'
import type { RunInfo } from '../../../../main/contract/library.ts'
import {
  accuracyText,
  findingFigures,
  keepFiguresWhole,
  overviewTitle,
  runFacts,
} from '../../../../renderer/overview/overview-model.ts'

const run: RunInfo = {
  id: 1,
  model: 'lite0',
  modelName: 'lite0',
  modelSha256: 'abcdef0123456789',
  protocol: 'unmasked',
  answers: 1000,
  provider: 'cpu',
  state: 'partial',
  predicted: 620,
  failed: 2,
  judged: 600,
  right: 370,
  accuracy: 370 / 600,
  accuracyInterval: [0.577, 0.655],
  unmappedClasses: ['a', 'b', 'c', 'd', 'e'],
  preprocessing: 'shorter side 256',
  imagesPerSecond: 42.4,
  startedAt: '2026-01-01T00:00:00Z',
  kept: [],
}

describe('what the Overview says', () => {
  it('[UB18] counts findings, or says plainly that there are none', () => {
    const overview = {
      version: 1,
      models: ['a'],
      selection: null,
      easier: [],
      nothing: null,
      notes: [],
      fields: [{ field: 'f', values: 2, power: '' }],
    }
    expect(overviewTitle({ ...overview, findings: [] })).toBe('Nothing stands out in 1 field')
  })

  it('[UB18] gives a rate with its interval, n, expectation and q', () => {
    const figures = findingFigures({
      field: 'background',
      value: 'beach',
      badge: 'more',
      sentence: '',
      n: 52,
      failures: 41,
      rate: 41 / 52,
      wilson: [0.66, 0.878],
      expected: 0.38,
      q: 0.002,
      ebLower: 0.6,
      filter: { kind: 'and', items: [] },
      strip: [],
    })
    expect(figures).toBe('79 % [66, 88] of 52, expected 38 %, q .002')
  })

  it('[UB19] tells what a run rests on, and what it left out', () => {
    expect(accuracyText(run)).toBe('62 % [58, 66] of 600, unmasked')
    expect(accuracyText({ ...run, accuracy: null })).toBe('nothing could be judged, unmasked')
    const facts = Object.fromEntries(runFacts(run, 1485).map(({ name, value }) => [name, value]))
    expect(facts).toMatchObject({
      Protocol: 'unmasked, over 1,000 classes',
      Provider: 'cpu, 42 images/s',
      Predicted: '620 of 1,485',
      Unreadable: '2 images',
      'Not judged': '5 classes: a, b, c, d …',
    })
  })

  it('[UX15] breaks no line inside a figure', () => {
    expect(keepFiguresWhole(' fails 41 of 52 (79 %, usually 38 %), q = .039')).toBe(
      ' fails 41 of 52 (79\u00a0%, usually 38\u00a0%), q\u00a0=\u00a0.039',
    )
    expect(keepFiguresWhole('q < .001')).toBe('q\u00a0<\u00a0.001')
  })
})
