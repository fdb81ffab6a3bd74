// What journeys do on an open dataset, by accessible names.
import type { Locator, Page } from 'playwright-core'

export async function openSample(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Open the sample' }).click()
  await page.getByRole('tablist', { name: 'Screens' }).waitFor()
}

/** The window of images, once it shows some. */
export async function openGallery(page: Page): Promise<Locator> {
  await page.keyboard.press('g')
  await page.keyboard.press('g')
  const images = page.getByRole('listbox', { name: 'Images' })
  await images.getByRole('option').first().waitFor()
  return images
}

/** Resolves when the status bar says so many of the samples are in view. */
export async function untilInView(page: Page, count: number): Promise<void> {
  const status = page.getByRole('status', { name: 'Samples in view' })
  await status.filter({ hasText: new RegExp(`^${count.toLocaleString('en')} of `) }).waitFor()
}

export async function filterBy(page: Page, text: string): Promise<void> {
  const field = page.getByLabel('Filter text', { exact: true })
  await field.fill(text)
  await field.press('Enter')
}

/** Starts runs of these models and waits until the dialog has closed. */
export async function predictWith(
  page: Page,
  models: readonly string[],
  extent: 'all' | 'in view' = 'all',
): Promise<void> {
  await page.keyboard.press('p')
  const dialog = page.getByRole('dialog', { name: 'Predict' })
  const boxes = dialog.getByRole('list', { name: 'Models' }).getByRole('checkbox')
  await boxes.first().waitFor()
  for (const box of await boxes.all()) {
    await box.setChecked(models.includes((await box.getAttribute('aria-label')) ?? ''))
  }
  if (extent === 'in view') await dialog.getByText(/^In view /).click()
  await dialog.getByRole('button', { name: /^Predict with/ }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** The row of a job in the list of jobs, which it opens if need be. */
export async function jobRow(page: Page, title: string): Promise<Locator> {
  const list = page.getByRole('list', { name: 'Jobs' })
  if (!(await list.isVisible())) await page.getByRole('button', { name: /^Jobs/ }).click()
  return list.getByRole('listitem').filter({ hasText: title })
}
