// Reads the index of another commit of a dataset's repository, as the dataset itself was read.
import path from 'node:path'
import { FoibleError } from '#core/errors.ts'
import { isRepairName, repairs } from '#core/lint/repairs.ts'
import type { RowIdentity, RowMatch } from '#core/revisions/match-rows.ts'
import { shareCommit } from '#hub/share-commit.ts'
import { listFindings } from '#store/finding-table.ts'
import { listArchives } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import { type OpenSource, openSource } from '../imports/open-source.ts'
import { type CommitFiles, contentOf, identify } from './identify-rows.ts'
import { type HubSource, choicesOf, listCommit, listOwnCommit, requireHubSource } from './revision-source.ts'

/** The commit a dataset has, and the one it is compared with. */
export interface Revisions {
  readonly source: HubSource
  readonly sha: string
  readonly filesBefore: CommitFiles
  readonly filesAfter: CommitFiles
}

/** What is here of the dataset's commit serves the other one as well. */
export async function openRevisions(
  parts: EngineParts,
  dataset: DatasetHandle,
  sha: string,
  signal: AbortSignal,
): Promise<Revisions> {
  const source = requireHubSource(dataset)
  const [filesBefore, filesAfter] = await Promise.all([
    listOwnCommit(parts, source, signal),
    listCommit(parts, source.repo, sha, signal),
  ])
  const others = new Map(listArchives(dataset.db).map((file) => [file, parts.media.localPath(dataset, file)]))
  const shared = {
    repo: { type: 'dataset', name: source.repo },
    from: { sha: source.sha, files: filesBefore },
    to: { sha, files: filesAfter },
    others,
  } as const
  await shareCommit(parts.hub.cache, shared, signal)
  return { source, sha, filesBefore, filesAfter }
}

export async function openIndex(
  parts: EngineParts,
  dataset: DatasetHandle,
  { source, sha }: Revisions,
  signal: AbortSignal,
): Promise<OpenSource> {
  const { format, useAdapter } = choicesOf(dataset.meta)
  try {
    return await openSource(parts, { kind: 'hub', repo: source.repo, revision: sha }, { format, useAdapter }, signal)
  } catch (error) {
    if (!(error instanceof FoibleError) || error.code !== 'unsupported_format' || format === null) throw error
    const message = `${source.repo} is no longer what ${dataset.meta.name} was read as (${format}). Import it anew beside the old one.`
    throw new FoibleError('unsupported_format', message, { format, sha }, { cause: error })
  }
}

/** The samples of an index, in the order in which an import would number them. */
export async function identifyIndex(
  opened: OpenSource,
  dataset: DatasetHandle,
  files: CommitFiles,
  signal: AbortSignal,
): Promise<RowIdentity[]> {
  const { split, maxSamples, labelRule } = choicesOf(dataset.meta)
  const index = await opened.read({ split, maxSamples, labelRule, signal })
  const rows: RowIdentity[] = []
  for await (const { count, fileNames, locators, sha256s, sizesBytes } of index.batches) {
    for (let i = 0; i < count; i++) {
      const sample = { fileName: fileNames[i]!, locator: locators[i]!, sha256: sha256s[i] ?? null }
      rows.push(identify({ ...sample, sizeBytes: sizesBytes[i] ?? null }, files))
    }
  }
  return rows
}

/** New rows that the commit of the dataset had as well, and that were taken out of the dataset by hand. */
export function findLeftOut(
  dataset: DatasetHandle,
  { filesBefore }: Revisions,
  before: readonly RowIdentity[],
  after: readonly RowIdentity[],
  { from }: RowMatch,
): ReadonlySet<number> {
  const removes = (repair: string | null) => isRepairName(repair) && repairs[repair].removes
  if (!listFindings(dataset.db).some(({ repair, repaired }) => repaired !== null && removes(repair))) return new Set()
  const kept = new Set(before.map(({ fileName }) => fileName))
  const unused = [...filesBefore.values()].filter((entry) => !kept.has(entry.path)).map(contentOf)
  const contents = new Set(unused.filter((content) => content !== null))
  const isLeftOut = ({ sha256, gitOid }: RowIdentity, row: number) =>
    from[row] === -1 && (contents.has(sha256 ?? '') || contents.has(gitOid ?? ''))
  return new Set(after.flatMap((identity, row) => (isLeftOut(identity, row) ? [row] : [])))
}

/** Archives of the newer commit whose samples are known only once they are fetched, with their bytes. */
export function listUnread(dataset: DatasetHandle, { filesBefore, filesAfter }: Revisions) {
  const kinds = new Set(listArchives(dataset.db).map((file) => path.extname(file)))
  const known = new Set([...filesBefore.values()].map(contentOf))
  return [...filesAfter.values()].filter((entry) => kinds.has(path.extname(entry.path)) && !known.has(contentOf(entry)))
}
