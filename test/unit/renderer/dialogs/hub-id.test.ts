import { describe, expect, it } from 'vitest'
import { parseFilter } from '#core/filter/parse.ts'
import { exportName } from '../../../../renderer/dialogs/export-model.ts'
import { parseHubId } from '../../../../renderer/dialogs/hub-id.ts'

describe('parseHubId', () => {
  it.each([
    ['owner/name', 'owner/name', null],
    [' hf:owner/name@v1.0 ', 'owner/name', 'v1.0'],
    ['hf://datasets/owner/name', 'owner/name', null],
    ['https://hub.example/datasets/owner/my.set_1/tree/refs-main', 'owner/my.set_1', 'refs-main'],
    ['https://hub.example/owner/name/', 'owner/name', null],
  ])('[UI22] reads %s', (text, repo, revision) => {
    expect(parseHubId(text)).toEqual({ repo, revision })
  })

  it.each(['', 'name', '../etc/passwd', 'a b/c', 'owner/'])('[UI22] refuses “%s”', (text) => {
    expect(parseHubId(text)).toBeNull()
  })
})

describe('exportName', () => {
  it('[UI23] says what is in it and is fit for a folder', () => {
    expect(exportName('sampler', parseFilter('background = "the beach" and lite0.correct = false'))).toBe(
      'sampler-background-the-beach-and-lite0-correct-false',
    )
    expect(exportName('sampler', parseFilter(''))).toBe('sampler')
    expect(exportName('s', parseFilter(`background = ${'x'.repeat(200)}`)).length).toBeLessThanOrEqual(80)
  })
})
