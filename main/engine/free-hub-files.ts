// Frees what the library keeps of the Hub and nobody uses any more: no dataset, and no import that can still go on.
import { FoibleError } from '#core/errors.ts'
import type { CachedCommit } from '#hub/hub-cache.ts'
import { listJobs } from '#store/job-table.ts'
import type { EngineParts } from './engine-parts.ts'
import type { ImportInput } from './imports/import-job.ts'
import type { TakeInput } from './revisions/take-revision.ts'

/** What was looked at and never imported is kept for a while: looking again is then quick, and works offline. */
const keptUnusedMs = 7 * 24 * 60 * 60 * 1000

/** After a dataset was removed: of its repository all that is unused; of the others what has been unused for a week. */
export async function freeHubFiles(parts: EngineParts, removedRepo: string | null): Promise<void> {
  const { hub } = parts
  const commits = await hub.cache.list()
  if (commits.length === 0) return
  const used = findUsed(parts)
  const isOld = ({ changedAt }: CachedCommit) => parts.now().getTime() - changedAt.getTime() > keptUnusedMs
  for (const commit of commits) {
    const { type, name } = commit.repo
    if (type === 'dataset' && (used.has(name) || used.has(`${name}@${commit.sha}`))) continue
    if ((type === 'dataset' && name === removedRepo) || isOld(commit)) await hub.release(commit.repo, commit.sha)
  }
}

/** `repo@sha` of each dataset and of what it is being updated to, and `repo` of each import that is not done: it may be at any commit. */
function findUsed({ library }: EngineParts): ReadonlySet<string> {
  const used = new Set<string>()
  for (const id of library.datasetIds()) {
    const source = sourceOf(library, id)
    if (source?.kind === 'hub') used.add(`${source.repo}@${source.sha}`)
  }
  for (const job of listJobs(library.db)) {
    if (job.kind === 'update' && job.state !== 'done') {
      const { dataset, sha } = job.input as TakeInput
      const source = library.datasetIds().includes(dataset) ? sourceOf(library, dataset) : null
      if (source?.kind === 'hub') used.add(`${source.repo}@${sha}`)
    }
    if (job.kind !== 'import' || job.state === 'done') continue
    const { source } = job.input as ImportInput
    if (source.kind === 'hub') used.add(source.repo.replace(/^hf:/, ''))
  }
  return used
}

/** null for a dataset that cannot be opened: what it may have used can be fetched again. */
function sourceOf(library: EngineParts['library'], id: string) {
  try {
    return library.dataset(id).meta.source
  } catch (error) {
    if (error instanceof FoibleError) return null
    throw error
  }
}
