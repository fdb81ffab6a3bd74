// Samples without a picture: those that are no images at all, those whose image is not here, and those that cannot be read.
import type { NewFinding } from '#store/finding-table.ts'
import { listProblems } from '#store/sample-table.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { notAnImage } from '../images/probe-image.ts'
import { isImageNotHere } from '../imports/image-not-here.ts'
import { foundIn } from './lint-finding.ts'

const action = 'Kept as samples; left out of predictions.'

/** `notImages`: rows that their file names tell. */
export function lintProblems(dataset: DatasetHandle, notImages: ReadonlyMap<number, string>): (NewFinding | null)[] {
  const missing = new Map<number, string>()
  const unreadable = new Map<number, string>()
  const noImage = new Map(notImages)
  for (const { id, fileName, problem } of listProblems(dataset.db)) {
    if (isImageNotHere(problem)) missing.set(id - 1, fileName)
    else if (problem === notAnImage) noImage.set(id - 1, fileName)
    else if (!noImage.has(id - 1)) unreadable.set(id - 1, `${fileName}: ${problem}`)
  }
  const found = (rule: string, rows: ReadonlyMap<number, string>, message: string) => ({
    rule,
    count: rows.size,
    message,
    action,
    rows: rows.keys(),
    examples: [...rows.values()].slice(0, 20),
  })
  const number = (rows: ReadonlyMap<number, string>, one: string, many: string) =>
    rows.size === 1 ? one : `${formatCount(rows.size)} ${many}`
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
        `${number(missing, 'One image is', 'images are')} not here: the dataset came without ${missing.size === 1 ? 'it' : 'them'}.`,
      ),
    ),
    foundIn(dataset.rowCount, {
      ...found('unreadable_image', unreadable, `${number(unreadable, 'One image', 'images')} cannot be read.`),
      repair: 'remove_samples',
    }),
  ]
}
