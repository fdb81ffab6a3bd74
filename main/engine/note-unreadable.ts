// Images that turned out to be unreadable: the reason beside the sample, the count among the dataset's findings.
import { getSample, setProblem } from '#store/sample-table.ts'
import { isImageNotHere } from './imports/image-not-here.ts'
import type { DatasetHandle } from './dataset-handle.ts'
import { lintColumns } from './lint/lint-dataset.ts'

export interface ReadFailure {
  readonly sampleId: number
  readonly message: string
}

/** `readable`: samples whose image was a problem before and is none any more. */
export function noteUnreadable(
  dataset: DatasetHandle,
  found: readonly ReadFailure[],
  readable: readonly number[],
): void {
  dataset.write(() => {
    for (const { sampleId, message } of found) {
      // Why an image was never here says more than that its file is missing.
      const known = getSample(dataset.db, sampleId)?.problem ?? null
      if (!isImageNotHere(known)) setProblem(dataset.db, sampleId, message)
    }
    for (const id of readable) setProblem(dataset.db, id, null)
  })
  lintColumns(dataset)
}
