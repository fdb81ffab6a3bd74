import { expect, it } from 'vitest'
import { keepOf, listKeepOptions } from '../../../../renderer/dialogs/keep-options-model.ts'

const lite0 = { name: 'lite0', classes: 1000, embedding: { size: 1280, isEdited: false } }
const plain = { name: 'plain', classes: 10, embedding: null }
const clip = { name: 'clip', classes: 0, embedding: { size: 512, isEdited: false } }

it('[KE50] says what keeping takes on disk: two bytes a number and four a sample, of the models that have it', () => {
  expect(listKeepOptions([lite0, plain], 100)).toEqual([
    { kind: 'logits', bytes: 100 * (2004 + 24), without: [], isPossible: true },
    { kind: 'embedding', bytes: 100 * 2564, without: ['plain'], isPossible: true },
  ])
  expect(listKeepOptions([plain], 100)[1]).toEqual({
    kind: 'embedding',
    bytes: 0,
    without: ['plain'],
    isPossible: false,
  })
  expect(listKeepOptions([], 100).map(({ isPossible }) => isPossible)).toEqual([false, false])
  // How many classes a dual encoder tells apart is known when it has been asked.
  expect(listKeepOptions([clip], 100)[0]).toEqual({ kind: 'logits', bytes: 0, without: [], isPossible: true })
})

it('[KE51] asks no model for what it does not have', () => {
  expect(keepOf(lite0, ['logits', 'embedding'])).toEqual(['logits', 'embedding'])
  expect(keepOf(plain, ['logits', 'embedding'])).toEqual(['logits'])
  expect(keepOf(undefined, ['embedding'])).toEqual([])
})
