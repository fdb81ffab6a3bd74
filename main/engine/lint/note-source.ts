// Findings about where a dataset came from: its card counts other samples, or its branch has moved on.
import { formatCount } from '#core/format/numbers.ts'
import { deleteFinding, listFindings, putFinding } from '#store/finding-table.ts'
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

/**
 * `newest`: the commit that the revision stands for now; the same as the dataset's takes the finding back. Whether that is
 * news.
 */
export function noteMovedRevision(dataset: DatasetHandle, newest: string): boolean {
  const { source } = dataset.meta
  if (source.kind !== 'hub') return false
  const rule = 'moved_revision'
  const message =
    newest === source.sha
      ? null
      : `${source.repo} has moved on: “${source.revision}” is ${newest.slice(0, 7)} now, this is ${source.sha.slice(0, 7)}.`
  const known = listFindings(dataset.db).find((finding) => finding.rule === rule)
  if ((known?.message ?? null) === message) return false
  dataset.write(() => {
    if (message === null) deleteFinding(dataset.db, rule)
    else putFinding(dataset.db, { rule, count: 1, message, action: 'Kept as it was imported.', examples: [] })
  })
  dataset.columns.reloadFindings()
  dataset.touch()
  return true
}
