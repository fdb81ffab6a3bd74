// From a finding to the images behind it.
import { describe, expect, it } from 'vitest'
import { shells } from './drive/app.ts'
import { takeJourney } from './drive/journey.ts'
import { filterBy, openSample, untilInView } from './drive/workspace.ts'

const findingName = /^On (.+?), .*fails (\d+) of (\d+)/

describe.each(shells)('filtering in $name', (shell) => {
  it('[E2E2] shows the images of a finding and the failures among them', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app: { page } }) => {
      await openSample(page)
      const finding = page.getByRole('button', { name: findingName }).first()
      const [, value = '', failures, n] = findingName.exec((await finding.textContent()) ?? '') ?? []
      await finding.click()
      await untilInView(page, Number(n))
      await page.getByRole('listbox', { name: 'Images' }).getByRole('option').first().waitFor()

      const clause = await page
        .getByRole('list', { name: 'Filter clauses' })
        .getByRole('listitem')
        .first()
        .textContent()
      expect(clause).toContain(value)
      await filterBy(page, `${clause} and efficientnet-lite0.correct = false`)
      await untilInView(page, Number(failures))

      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await untilInView(page, 1485)
    })
  })

  it('[E2E2] counts and filters by facets', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app: { page } }) => {
      await openSample(page)
      const facet = page.getByRole('group', { name: 'background' })
      const value = facet.getByRole('button', { pressed: false, name: /^.+, \d+$/ }).first()
      const count = Number(/(\d+)$/.exec((await value.getAttribute('aria-label')) ?? '')?.[1])
      await value.click()
      await untilInView(page, count)
      // The facet leaves its own clause out: the other values keep their counts.
      expect(await facet.getByRole('button', { pressed: false, name: /, [1-9]\d*$/ }).count()).toBeGreaterThan(1)
    })
  })

  it('[E2E7] opens the same view again from its address', async ({ skip }) => {
    skip(shell.missing !== null, shell.missing ?? '')
    await takeJourney(shell, 'prepared', async ({ app: { page } }) => {
      await openSample(page)
      await filterBy(page, 'efficientnet-lite0.correct = false')
      await page.getByRole('tab', { name: 'Slices' }).click()
      await page.getByRole('tabpanel', { name: 'Slices' }).waitFor()
      const status = page.getByRole('status', { name: 'Samples in view' })
      await status.filter({ hasNotText: /^1,485 of / }).waitFor()
      const before = await status.textContent()
      await page.reload()
      await page.getByRole('tab', { name: 'Slices', selected: true }).waitFor()
      await status.filter({ hasText: before ?? '' }).waitFor()
    })
  })
})
