import { describe, expect, it } from 'vitest'
import type { CandidateInfo, PreprocessingCheck } from '#contract/preprocessing.ts'
import {
  accuracyText,
  conditionsText,
  isGuessed,
  pairedText,
  settingsOf,
} from '../../../../renderer/preprocessing/check-model.ts'

const candidate: CandidateInfo = {
  name: 'BGR',
  preprocessing: '',
  feeding: {
    steps: {
      resize: null,
      resample: 'bilinear',
      crop: null,
      rescale: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      channelOrder: 'bgr',
      origin: 'card.json',
    },
    layout: 'nchw',
  },
  standing: 'behind',
  right: 12,
  accuracy: 12 / 64,
  interval: [0.11, 0.3],
  truthConfidence: 0.1,
  entropy: 3,
  onlyThis: 2,
  onlyOwn: 40,
  higher: 5,
  lower: 51,
  p: 0.0001,
}
const own: CandidateInfo = { ...candidate, standing: 'own', p: null }

const check: PreprocessingCheck = {
  model: 'm',
  images: 64,
  unreadable: 0,
  protocol: 'unmasked',
  provider: 'cpu',
  candidates: [own, candidate],
  verdict: 'best',
  sentence: '',
  advice: '',
  better: null,
  confirmation: null,
  isCutShort: false,
  example: 1,
}

describe('a check in words', () => {
  it('[PP238] gives a candidate’s accuracy with n and interval, and its comparison with the model’s own', () => {
    expect(accuracyText(candidate, 64)).toBe('12 of 64 right: 19 % [11, 30]')
    expect(accuracyText({ ...candidate, accuracy: null }, 64)).toBe('not tried')
    expect(pairedText(candidate)).toBe('right class higher up on 5, further down on 51 (p < .001)')
    expect(pairedText(own)).toBe('')
  })

  it('[PP239] says on what it rests, and what was left out', () => {
    expect(conditionsText(check)).toBe('On 64 images spread over the classes, unmasked, on cpu.')
    expect(conditionsText({ ...check, unreadable: 2, isCutShort: true })).toMatch(
      /2 more could not be read\. Time was short/,
    )
  })

  it('[PP240] derives with the candidate’s steps, and its layout only where that differs', () => {
    expect(settingsOf(candidate, check)).toEqual({ preprocessing: candidate.feeding.steps })
    const turned: CandidateInfo = { ...candidate, feeding: { ...candidate.feeding, layout: 'nhwc' } }
    expect(settingsOf(turned, check)).toMatchObject({ layout: 'nhwc' })
  })

  it('[PP241] asks for a check where nothing says how images are prepared', () => {
    expect(
      ['default', 'model graph', 'preprocessor_config.json', 'chosen by hand'].map((preprocessingOrigin) =>
        isGuessed({ preprocessingOrigin }),
      ),
    ).toEqual([true, true, false, false])
  })
})
