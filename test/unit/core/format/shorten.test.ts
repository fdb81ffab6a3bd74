import { expect, it } from 'vitest'
import { FoibleError } from '#core/errors.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import { shorten, shortenMiddle } from '#core/format/shorten.ts'
import { createFindingLog } from '#formats/finding-log.ts'

it('[FZ18] sentences keep beginning and end, examples their beginning, however long the names in them', () => {
  expect(shorten('abcdef', 6)).toBe('abcdef')
  expect(shorten('abcdef', 4)).toBe('abc…')
  expect(shortenMiddle('abcdef', 5)).toBe('ab…ef')
  const { message } = new FoibleError('usage', `“${'x'.repeat(1_000_000)}” is unknown; choose another.`)
  expect(message.length).toBeLessThanOrEqual(1000)
  expect(message).toMatch(/^“xxx.*…x+” is unknown; choose another\.$/)
  const findings = createFindingLog()
  findings.add('unsafe_path', 'y'.repeat(1_000_000))
  expect(findings.list()[0]?.examples[0]?.length).toBeLessThanOrEqual(300)
})

it('[FZ19] names that nobody types are compared with none', () => {
  expect(nearestNames('x'.repeat(2_000_000), ['x'.repeat(300), 'x'])).toEqual([])
  expect(nearestNames('tabbi', ['tabby', `tabb${'y'.repeat(500_000)}`])).toEqual(['tabby'])
})
