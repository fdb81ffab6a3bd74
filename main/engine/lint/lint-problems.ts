// Samples without a picture: those that are no images at all, those whose image is not here, and those that cannot be read.
import type { NewFinding } from '#store/finding-table.ts'
import { iterateProblems } from '#store/sample-table.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { notAnImage } from '../images/probe-image.ts'
import { isImageNotHere } from '../imports/image-not-here.ts'
import { foundIn, maxExamples } from './lint-finding.ts'

const action = 'Kept as samples; left out of predictions.'

/** `notImages`: rows that their file names tell. */
export function lintProblems(dataset: DatasetHandle, notImages: ReadonlyMap<number, string>): (NewFinding | null)[] {
  const missing = new Cases()
  const unreadable = new Cases()
  const noImage = new Cases()
  for (const [row, fileName] of notImages) noImage.add(row, fileName)
  for (const { id, fileName, problem } of iterateProblems(dataset.db)) {
    const row = id - 1
    if (isImageNotHere(problem)) missing.add(row, fileName)
    else if (notImages.has(row)) continue
    else if (problem === notAnImage) noImage.add(row, fileName)
    else unreadable.add(row, `${fileName}: ${problem}`)
  }
  const found = (rule: string, cases: Cases, message: string) => ({
    rule,
    count: cases.rows.length,
    message,
    action,
    rows: cases.rows,
    examples: cases.examples,
  })
  const number = ({ rows }: Cases, one: string, many: string) =>
    rows.length === 1 ? one : `${formatCount(rows.length)} ${many}`
  return [
    foundIn(dataset.rowCount, {
      ...found(
        'sample_not_image',
        noImage,
        `${number(noImage, 'One sample is', 'samples are')} no image, as tables or notes that lie among images: no model can answer that.`,
      ),
      repair: 'remove_samples',
    }),
    foundIn(
      dataset.rowCount,
      found(
        'missing_image',
        missing,
        `${number(missing, 'One image is', 'images are')} not here: the dataset came without ${missing.rows.length === 1 ? 'it' : 'them'}.`,
      ),
    ),
    foundIn(dataset.rowCount, {
      ...found('unreadable_image', unreadable, `${number(unreadable, 'One image', 'images')} cannot be read.`),
      repair: 'remove_samples',
    }),
  ]
}

/** Rows, of which there may be millions, with the first few named. */
class Cases {
  readonly rows: number[] = []
  readonly examples: string[] = []

  add(row: number, example: string): void {
    this.rows.push(row)
    if (this.examples.length < maxExamples) this.examples.push(example)
  }
}
