// The job that takes another revision over: the new dataset is built beside the old one, is given what was decided and known
// here, and takes its place when it is whole.
import { rm } from 'node:fs/promises'
import type { RevisionDiff } from '#contract/hub.ts'
import { throwIfCancelled } from '#core/errors.ts'
import { formatCount } from '#core/format/numbers.ts'
import { hasSameContent, matchRows } from '#core/revisions/match-rows.ts'
import { putFinding } from '#store/finding-table.ts'
import { sqliteFailure } from '#store/sqlite.ts'
import { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { freeHubFiles } from '../free-hub-files.ts'
import { type FolderPlan, buildFolder } from '../imports/import-job.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { lintColumns, lintDataset } from '../lint/lint-dataset.ts'
import { carryDecisions, repeatRepairs } from './carry-decisions.ts'
import { carryImages } from './carry-images.ts'
import { carryRuns, findTruths, judgeRuns } from './carry-runs.ts'
import { type Matched, type RevisionNames, describeDiff, emptyDiff } from './describe-diff.ts'
import { identifyDataset } from './identify-rows.ts'
import { type Revisions, findLeftOut, openIndex, openRevisions } from './read-revision.ts'
import { choicesOf, requireHubSource } from './revision-source.ts'

export interface TakeInput {
  readonly dataset: string
  readonly sha: string
  /** The branch, tag or commit that the dataset follows from then on. */
  readonly revision: string
}

/** No other job may be at work on the dataset. Until the very end, and after any failure, the old dataset is as it was. */
export async function takeRevision(parts: EngineParts, input: TakeInput, context: JobContext) {
  const { signal } = context
  const old = parts.library.dataset(input.dataset)
  const { repo, sha: from } = requireHubSource(old)
  const names = { repo, revision: input.revision, from, to: input.sha }
  // Killed after the very end, before anybody could note it.
  if (from === input.sha) return { dataset: old.id, diff: { ...emptyDiff(names), unchanged: old.rowCount } }
  context.progress({ done: 0, total: null, message: 'Comparing the revisions' })
  const revisions = await openRevisions(parts, old, input.sha, signal)
  const folder = parts.library.newDatasetFolders(old.id).unfinished
  let diff: RevisionDiff
  let resume = () => {}
  try {
    await buildFolder(parts, await planFolder(parts, old, revisions, input, signal), folder, context)
    diff = await carryOver(parts, old, folder, revisions, names, context, async () => {
      resume = await parts.library.letGo(old.id)
    })
    parts.library.replaceDataset(old.id)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw sqliteFailure(error, folder) ?? error
  } finally {
    resume()
  }
  parts.media.forget(old.id)
  const { version } = parts.library.dataset(old.id)
  parts.events.emit('dataset.changed', { dataset: old.id, version })
  parts.events.emit('library.changed', {})
  await freeHubFiles(parts, repo)
  return { dataset: old.id, diff }
}

async function planFolder(
  parts: EngineParts,
  old: DatasetHandle,
  revisions: Revisions,
  { sha, revision }: TakeInput,
  signal: AbortSignal,
): Promise<FolderPlan> {
  const { repo } = revisions.source
  const choices = choicesOf(old.meta)
  const opened = await openIndex(parts, old, revisions, signal)
  return {
    input: {
      source: { kind: 'hub', repo, revision },
      dataset: old.id,
      name: old.meta.name,
      ...choices,
      copy: false,
    },
    opened: { ...opened, source: { kind: 'hub', repo, revision, sha } },
    copied: false,
    labelMap: null,
    meta: { choices, createdAt: old.meta.createdAt, rowsVersion: old.rowsVersion + 1 },
  }
}

/** Gives the new dataset what the old one has. After the last wait nothing can happen to the old one before it is replaced. */
async function carryOver(
  parts: EngineParts,
  old: DatasetHandle,
  folder: string,
  revisions: Revisions,
  names: RevisionNames,
  context: JobContext,
  letGo: () => Promise<void>,
): Promise<RevisionDiff> {
  const { signal } = context
  const fresh = new DatasetHandle(old.id, folder)
  try {
    const matched = match(old, fresh, revisions)
    const keep = matched.match.from
    const isComparable = (old.meta.cropBorderPx ?? 0) === (fresh.meta.cropBorderPx ?? 0)
    const same = keep.map((from, row) => (isComparable && hasSameContent(matched.match, row) ? from : -1))
    await carryImages(parts, old, fresh, same, context)
    await repeatRepairs(old, fresh, parts.now().toISOString(), signal)
    context.progress({ done: fresh.rowCount, total: fresh.rowCount, message: 'Comparing the images' })
    await lintDataset(fresh, signal)
    await letGo()
    await parts.media.interrupt(old.id)
    throwIfCancelled(signal)
    const truths = findTruths(fresh)
    const diff = describeDiff(old, names, matched)
    carryDecisions(old, fresh, keep)
    judgeRuns(fresh, truths)
    const dropped = carryRuns(old, fresh, same)
    lintColumns(fresh)
    fresh.changeMeta({ name: old.meta.name })
    fresh.write(() => putFinding(fresh.db, describeTaking(diff, dropped)))
    return diff
  } finally {
    fresh.close()
  }
}

/** Without the samples that were taken out by hand. */
function match(old: DatasetHandle, fresh: DatasetHandle, revisions: Revisions): Matched {
  const before = identifyDataset(old, revisions.filesBefore)
  const identify = () => identifyDataset(fresh, revisions.filesAfter)
  const after = identify()
  const all = matchRows(before, after)
  const leftOut = findLeftOut(old, revisions, before, after, all)
  if (leftOut.size === 0) return { before, after, match: all, leftOut }
  const kept = Int32Array.from(after.keys()).filter((row) => !leftOut.has(row))
  fresh.rewriteRows(kept, () => {
    throw new Error('no row is new')
  })
  const rest = identify()
  return { before, after: rest, match: matchRows(before, rest), leftOut: new Set() }
}

function describeTaking(diff: RevisionDiff, dropped: readonly string[]) {
  const { repo, from, to, added, removed, changed, unsure, moved, unchanged } = diff
  const counts = [
    [added, 'added'],
    [removed, 'removed'],
    [changed + unsure, 'changed'],
    [moved, 'moved'],
    [unchanged, 'unchanged'],
  ] as const
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`)
  const masked =
    dropped.length === 0 ? '' : ` The masked predictions of ${dropped.join(', ')} are gone: the classes are others now.`
  return {
    rule: 'revision_taken',
    count: added + removed + changed + unsure + moved,
    message: `Updated from ${from.slice(0, 7)} to ${to.slice(0, 7)} of ${repo}: ${told.join(', ')}.`,
    action: `Tags, views and joined fields were kept, and the predictions of images that are the same.${masked}`,
    examples: [...diff.examples.changed, ...diff.examples.added, ...diff.examples.removed].slice(0, 20),
  }
}
