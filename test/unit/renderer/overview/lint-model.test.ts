import { describe, expect, it } from 'vitest'
import type { FindingInfo } from '#contract/common.ts'
import {
  actionText,
  arrangeFindings,
  exampleText,
  repairConsequence,
  repairWords,
} from '../../../../renderer/overview/lint-model.ts'

function finding(change: Partial<FindingInfo>): FindingInfo {
  return {
    rule: 'name_collision',
    count: 2,
    message: '2 class names differ only in case.',
    action: '',
    examples: ['Cat: 12'],
    samples: 24,
    repair: null,
    repaired: null,
    ...change,
  }
}

const merge = { name: 'merge_names', words: 'Merge the names', removes: false }
const remove = { name: 'remove_samples', words: 'Remove from the dataset', removes: true }

describe('what was noticed', () => {
  it('[UR1] comes with what can be repaired first, then what can be looked at', () => {
    const plain = finding({ rule: 'a', samples: null })
    const seen = finding({ rule: 'b' })
    const mended = finding({ rule: 'c', repair: merge })
    const rules = arrangeFindings([plain, seen, mended, { ...seen, rule: 'd' }]).map(({ rule }) => rule)
    expect(rules).toEqual(['c', 'b', 'd', 'a'])
  })

  it('[UR2] says its count once', () => {
    expect(exampleText(finding({}))).toBe('e.g. Cat: 12')
    expect(exampleText(finding({ count: 1200, message: 'Classes of no use.' }))).toBe('1,200, e.g. Cat: 12')
    expect(exampleText(finding({ count: 1 }))).toBe('Cat: 12')
  })

  it('[UR2] says in a sentence what was done', () => {
    expect(actionText({ action: 'kept, with in_imagenet false' })).toBe('Kept, with in_imagenet false.')
    expect(actionText({ action: 'in_imagenet says which' })).toBe('in_imagenet says which.')
    expect(actionText({ action: 'Kept as samples.' })).toBe('Kept as samples.')
    expect(actionText({ action: '' })).toBe('')
  })

  it('[UR3] asks before a repair with the number of samples, not of classes', () => {
    expect(repairConsequence(finding({ repair: merge }))).toBe('This is about 24 samples; Undo takes it back.')
    expect(repairConsequence(finding({ repair: remove }))).toMatch(/^24 samples .* their tags .* cannot be undone/)
    expect(repairConsequence(finding({ repair: remove, samples: 1 }))).toMatch(/^1 sample .* its tags/)
    expect(repairConsequence(finding({ repair: merge, samples: null }))).toContain('2 samples')
    expect(repairWords(finding({ repair: remove }))).toBe('Remove 24 samples')
    expect(repairWords(finding({ repair: merge }))).toBe('Merge the names')
  })
})
