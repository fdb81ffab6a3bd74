// What is known of the content of samples: of those of a dataset, and of those that an index of the Hub names.
import type { RowIdentity } from '#core/revisions/match-rows.ts'
import type { MediaLocator } from '#core/sample.ts'
import type { HubEntry } from '#hub/hub-entry.ts'
import { iterateSamples } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

/** The files of a commit by path. */
export type CommitFiles = ReadonlyMap<string, HubEntry>

export interface KnownSample {
  readonly fileName: string
  readonly locator: MediaLocator
  readonly sha256: string | null
  readonly sizeBytes: number | null
}

export function identifyDataset(dataset: DatasetHandle, files: CommitFiles): RowIdentity[] {
  const sizes = dataset.columns.column({ kind: 'field', name: 'size_bytes' })
  const sizeOf = (row: number) => (sizes.kind === 'numbers' && sizes.values[row]! >= 0 ? sizes.values[row]! : null)
  return Array.from(iterateSamples(dataset.db), (sample, row) => identify({ ...sample, sizeBytes: sizeOf(row) }, files))
}

/** Files by what the commit lists, parts of files by what the whole file holds and where they are in it. */
export function identify({ fileName, locator, sha256, sizeBytes }: KnownSample, files: CommitFiles): RowIdentity {
  const known = { fileName, sha256, gitOid: null, part: null, sizeBytes, isNumbered: false }
  if (locator.kind === 'file') {
    const entry = files.get(locator.path)
    if (entry === undefined) return { ...known, part: partOfArchive(locator.path, files) }
    return { ...known, sha256: entry.sha256 ?? sha256, gitOid: entry.gitOid, sizeBytes: entry.sizeBytes }
  }
  const entry = files.get(locator.file)
  const content = entry === undefined ? null : contentOf(entry)
  const place = locator.kind === 'parquet' ? `${locator.column} ${locator.row}` : `${locator.start} ${locator.size}`
  return {
    ...known,
    part: content === null ? null : `${content} ${place}`,
    // Of rows without a path of their own the reader names file and row.
    isNumbered: locator.kind === 'parquet' && fileName.startsWith(`${locator.file}/`),
  }
}

/** Null where the Hub does not say. */
export function contentOf({ sha256, gitOid }: HubEntry): string | null {
  return sha256 ?? gitOid
}

/** `train.zip/cat/1.png` lies in `train.zip`. */
function partOfArchive(path: string, files: CommitFiles): string | null {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
    const archive = files.get(path.slice(0, end))
    const content = archive === undefined ? null : contentOf(archive)
    if (content !== null) return `${content} ${path.slice(end + 1)}`
  }
  return null
}
