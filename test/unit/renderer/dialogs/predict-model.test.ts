import { describe, expect, it } from 'vitest'
import type { RunInfo } from '#contract/library.ts'
import {
  listUnfinished,
  protocolOf,
  providerOptions,
  runText,
  runsOfModel,
  templatesOf,
} from '../../../../renderer/dialogs/predict-model.ts'

const run: RunInfo = {
  id: 1,
  model: 'lite0 (masked)',
  modelName: 'lite0',
  modelSha256: 'abcdef0123456789',
  protocol: 'masked',
  answers: 113,
  provider: 'cpu',
  state: 'done',
  predicted: 1485,
  failed: 0,
  judged: 1480,
  right: 740,
  accuracy: 0.5,
  accuracyInterval: [0.47, 0.53],
  unmappedClasses: [],
  preprocessing: 'as it is',
  imagesPerSecond: 41.7,
  startedAt: '2026-01-01',
  kept: [],
}
const lite0 = { name: 'lite0', protocols: ['unmasked', 'masked', '16-class'] } as const
const models = [
  { ...lite0, protocols: [...lite0.protocols] },
  { name: 'clip', protocols: ['zero-shot' as const] },
  { name: 'half', protocols: [] },
]

describe('the Predict dialog', () => {
  it('[ID40] offers models that have not predicted everything as they usually do, whatever their runs are called', () => {
    expect(listUnfinished(models, [])).toEqual(['lite0', 'clip'])
    expect(listUnfinished(models, [run])).toEqual(['lite0', 'clip'])
    expect(listUnfinished(models, [{ ...run, model: 'mine', protocol: 'unmasked' }])).toEqual(['clip'])
    expect(listUnfinished(models, [{ ...run, protocol: 'unmasked', state: 'partial' }])).toContain('lite0')
    // Imported predictions under the model's name are none of it.
    expect(listUnfinished(models, [{ ...run, model: 'lite0', modelName: null, protocol: 'unmasked' }])).toContain(
      'lite0',
    )
    expect(runsOfModel({ name: 'lite0' }, [run, { ...run, modelName: 'lite1' }])).toEqual([run])
  })

  it('[ID41] predicts as the model usually does, or as was chosen where it can', () => {
    expect(protocolOf(models[0]!, undefined)).toBe('unmasked')
    expect(protocolOf(models[0]!, { protocol: '16-class' })).toBe('16-class')
    expect(protocolOf(models[1]!, { protocol: 'masked' })).toBe('zero-shot')
    expect(protocolOf(models[2]!, undefined)).toBeNull()
    const own = { templates: ['a photo of a {}', 'a {}'] }
    expect(templatesOf(own, undefined)).toBeNull()
    expect(templatesOf(own, { templates: 'a photo of a {}\n a {} \n\n' })).toBeNull()
    expect(templatesOf(own, { templates: ' \n' })).toBeNull()
    expect(templatesOf(own, { templates: 'one {}\ntwo {}' })).toEqual(['one {}', 'two {}'])
  })

  it('[ID42] says of each run under which protocol, how far, how right, where and how fast', () => {
    expect(runText(run, { samples: 1485 })).toBe(
      'lite0 (masked), masked, over 113 classes: 1,485 of 1,485 predicted, 50 % of 1,480 right, on cpu, 42 images/s',
    )
    expect(runText({ ...run, model: 'lite0', accuracy: null, imagesPerSecond: null }, { samples: 2000 })).toBe(
      'masked, over 113 classes: 1,485 of 2,000 predicted, on cpu',
    )
  })

  it('[ID43] offers the providers that work, the fastest by itself, and always the processor', () => {
    expect(providerOptions([])).toEqual([
      { value: 'auto', label: 'The fastest' },
      { value: 'cpu', label: 'CPU' },
    ])
    expect(providerOptions(['cuda', 'cpu']).map(({ label }) => label)).toEqual([
      'The fastest: CUDA (NVIDIA)',
      'CUDA (NVIDIA)',
      'CPU',
    ])
  })
})
