import { expect, it } from 'vitest'
import type { RevisionDiff } from '#contract/hub.ts'
import { describeLoss, listChanges } from '../../../../renderer/hub/revision-model.ts'

const diff: RevisionDiff = {
  repo: 'o/r',
  revision: 'main',
  from: 'a'.repeat(40),
  to: 'b'.repeat(40),
  isNewer: true,
  added: 0,
  removed: 0,
  changed: 0,
  moved: 0,
  unchanged: 0,
  unsure: 0,
  unreadArchives: 0,
  lost: { tagged: 0, predicted: 0 },
  examples: { added: [], removed: [], changed: [], moved: [], unsure: [] },
}

it('[RV35] says what changes, what is gone first, and only what there is', () => {
  expect(listChanges(diff)).toEqual([])
  const some = { ...diff, added: 1200, removed: 1, unreadArchives: 2 }
  expect(listChanges({ ...some, examples: { ...diff.examples, removed: ['a.png'] } })).toEqual([
    { kind: 'removed', text: '1 sample gone', examples: ['a.png'] },
    { kind: 'added', text: '1,200 samples new', examples: [] },
    {
      kind: 'archives',
      text: '2 archives with other content: what is in them shows when they are fetched',
      examples: [],
    },
  ])
})

it('[RV35] warns of tags and predictions that would be lost', () => {
  expect(describeLoss(diff)).toBeNull()
  expect(describeLoss({ ...diff, lost: { tagged: 2, predicted: 1 } })).toBe(
    'This loses the tags of 2 samples that are gone and the predictions of 1 sample.',
  )
})
