// Findings about where a dataset came from: its card counts other samples, or its branch has moved on.
import { formatCount } from '#core/format/numbers.ts'
import { deleteFinding, putFinding } from '#store/finding-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

/** `cardSamples`: what the card says of the whole dataset. */
export function noteCardCount(dataset: DatasetHandle, cardSamples: number): void {
  if (cardSamples === dataset.rowCount) return
  dataset.write(() =>
    putFinding(dataset.db, {
      rule: 'card_count',
      count: Math.abs(cardSamples - dataset.rowCount),
      message: `The dataset card speaks of ${formatCount(cardSamples)} samples; there are ${formatCount(dataset.rowCount)}.`,
      action: '',
      examples: [],
    }),
  )
  dataset.columns.reloadFindings()
}

/** `newest`: the commit that the revision stands for now; the same as the dataset's takes the finding back. */
export function noteMovedRevision(dataset: DatasetHandle, newest: string): void {
  const { source } = dataset.meta
  if (source.kind !== 'hub') return
  dataset.write(() => {
    if (newest === source.sha) return deleteFinding(dataset.db, 'moved_revision')
    putFinding(dataset.db, {
      rule: 'moved_revision',
      count: 1,
      message: `${source.repo} has moved on: “${source.revision}” is ${newest.slice(0, 7)} now, this is ${source.sha.slice(0, 7)}.`,
      action: 'Kept as it was imported.',
      examples: [],
    })
  })
  dataset.columns.reloadFindings()
  dataset.touch()
}
