// What taking another revision over would change: nothing is written, and of the images nothing is fetched.
import type { RevisionDiff } from '#contract/hub.ts'
import { matchRows } from '#core/revisions/match-rows.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { contentOf, identifyDataset } from './identify-rows.ts'
import { type RevisionNames, describeDiff, emptyDiff, predictedRows } from './describe-diff.ts'
import { type Revisions, findLeftOut, identifyIndex, listUnread, openIndex, openRevisions } from './read-revision.ts'
import { findCommit, requireHubSource } from './revision-source.ts'
import { testBit } from '#core/columns/bitset.ts'
import { iterateSamples } from '#store/sample-table.ts'

/** Archives beyond this are not fetched to see what is in them. */
const maxLookedIntoBytes = 64 << 20

/** `revision` null: the dataset's own branch. Throws `usage` for datasets of this disk, `network` where the Hub does not answer. */
export async function compareRevision(
  parts: EngineParts,
  dataset: DatasetHandle,
  revision: string | null,
  signal: AbortSignal,
): Promise<RevisionDiff> {
  const source = requireHubSource(dataset)
  const found = await findCommit(parts, source, revision, signal)
  const names = { repo: source.repo, revision: found.revision, from: source.sha, to: found.sha }
  if (found.sha === source.sha) return { ...emptyDiff(names), unchanged: dataset.rowCount }
  const revisions = await openRevisions(parts, dataset, found.sha, signal)
  const unread = listUnread(dataset, revisions)
  if (unread.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > maxLookedIntoBytes) {
    return compareArchives(dataset, names, revisions, unread.length)
  }
  const opened = await openIndex(parts, dataset, revisions, signal)
  const after = await identifyIndex(opened, dataset, revisions.filesAfter, signal)
  const before = identifyDataset(dataset, revisions.filesBefore)
  const match = matchRows(before, after)
  return describeDiff(dataset, names, {
    before,
    after,
    match,
    leftOut: findLeftOut(dataset, revisions, before, after, match),
  })
}

/** By whole archives: of those that are other ones, nothing is known. */
function compareArchives(
  dataset: DatasetHandle,
  names: RevisionNames,
  { filesBefore, filesAfter }: Revisions,
  unreadArchives: number,
): RevisionDiff {
  const diff = { ...emptyDiff(names), unreadArchives }
  const contents = new Set([...filesAfter.values()].map(contentOf).filter((content) => content !== null))
  const predicted = predictedRows(dataset)
  let row = 0
  for (const { locator, fileName } of iterateSamples(dataset.db)) {
    const entry = filesBefore.get(locator.kind === 'file' ? locator.path : locator.file)
    const content = entry === undefined ? null : contentOf(entry)
    if (content !== null && contents.has(content)) diff.unchanged++
    else {
      if (diff.unsure++ < 20) diff.examples.unsure.push(fileName)
      if (testBit(predicted, row)) diff.lost.predicted++
    }
    row++
  }
  return diff
}
