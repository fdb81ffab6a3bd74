// Archives that samples lie in become part of the dataset's folder, so that it can be copied to somebody else.
// An image that is a file of its own is put there when it is fetched; of Parquet files only cells are fetched.
import path from 'node:path'
import type { DatasetMeta } from '#store/dataset-tables.ts'
import { listArchives } from '#store/sample-table.ts'
import type { ReadDb } from '#store/sqlite.ts'
import type { Hub } from '#hub/hub.ts'

/** Before the unfinished folder gets its name. What Python's cache holds stays there, and is read there. */
export async function adoptShards(hub: Hub, db: ReadDb, source: DatasetMeta['source'], folder: string): Promise<void> {
  if (source.kind !== 'hub') return
  for (const file of listArchives(db)) await hub.adopt(source.repo, source.sha, file, path.join(folder, 'media', file))
}
