// Small tables of dataset.sqlite that need little more than their rows: meta, views, exports.
import type { FormatName, LabelRule } from '#core/sample.ts'
import type { DataVersion } from '#core/views/data-version.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

/** What a dataset is and where it came from; written once by the import. */
export interface DatasetMeta {
  readonly name: string
  readonly format: string
  readonly createdAt: string
  readonly samples: number
  readonly description: string | null
  readonly license: string | null
  readonly source:
    | { readonly kind: 'folder'; readonly path: string; readonly copied: boolean }
    | { readonly kind: 'hub'; readonly repo: string; readonly revision: string; readonly sha: string }
  /** Class names in the dataset's own order. */
  readonly classes: readonly string[]
  /** Name of the field that holds the class. */
  readonly classField: string | null
  /** The known dataset it was read as; null for one read as it lies there. Absent in files of the first version. */
  readonly adapter?: string | null
  /** Pixels to take off each edge of every image before anything looks at it. */
  readonly cropBorderPx?: number
  /** Its terms forbid training on it. */
  readonly evaluationOnly?: boolean
  /** How it was asked for, so that a newer revision is read alike. Only of the Hub; absent in files of the first version. */
  readonly choices?: ImportChoices
  /** The accepted labels are those of a joined file, whatever a newer revision says. */
  readonly hasJoinedLabels?: boolean
  /** Grows when samples are renumbered: an id means another sample from then on. Absent: 0. */
  readonly rowsVersion?: number
  /** Its rows are cells of counts, see the column `weights`; absent: they are images. */
  readonly cube?: CubeMeta
}

export interface CubeMeta {
  /** Images that all cells stand for together. */
  readonly images: number
  /** What was counted, and under which filter, in the words of the file; null where it does not say. */
  readonly source: string | null
  readonly filter: string | null
}

export interface ImportChoices {
  readonly split: string | null
  readonly maxSamples: number | null
  /** null: the likeliest. */
  readonly format: FormatName | null
  readonly useAdapter: boolean
  readonly labelRule: LabelRule | null
}

export function getMeta(db: ReadDb): DatasetMeta | null {
  return getMetaValue(db, 'dataset') as DatasetMeta | null
}

export function putMeta(db: WriteDb, meta: DatasetMeta): void {
  putMetaValue(db, 'dataset', meta)
}

export interface ViewRecord {
  readonly name: string
  /** JSON of the filter expression and of the screen's layout. */
  readonly filter: unknown
  readonly layout: unknown
  readonly createdAt: string
  /** The data that it rested on when it was last saved; absent in files of the first version. */
  readonly saved?: SavedData
}

export interface SavedData {
  readonly at: string
  readonly data: DataVersion
}

interface ViewRow {
  readonly name: string
  readonly filter: string
  readonly layout: string | null
  readonly createdAt: string
  readonly saved: string | null
}

export function listViews(db: ReadDb): ViewRecord[] {
  const rows = db
    .prepare(
      `SELECT name, filter, layout, created_at AS createdAt, value AS saved
       FROM view LEFT JOIN meta ON key = 'view:' || name ORDER BY name`,
    )
    .all() as ViewRow[]
  return rows.map(({ saved, filter, layout, ...row }) => ({
    ...row,
    filter: JSON.parse(filter),
    layout: layout === null ? null : JSON.parse(layout),
    ...(saved === null ? {} : { saved: JSON.parse(saved) as SavedData }),
  }))
}

export function putView(db: WriteDb, view: ViewRecord): void {
  db.prepare(
    `INSERT INTO view (name, filter, layout, created_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET filter = excluded.filter, layout = excluded.layout`,
  ).run(
    view.name,
    JSON.stringify(view.filter),
    view.layout === null ? null : JSON.stringify(view.layout),
    view.createdAt,
  )
  putMetaValue(db, `view:${view.name}`, view.saved ?? null)
}

export function deleteView(db: WriteDb, name: string): void {
  assertChanges(db.prepare('DELETE FROM view WHERE name = ?').run(name), 1, 'delete view')
  putMetaValue(db, `view:${name}`, null)
}

/** Keys of the values beside the meta record that begin with `prefix`. */
export function listMetaKeys(db: ReadDb, prefix: string): string[] {
  const keys = db.prepare('SELECT key FROM meta ORDER BY key').pluck().all() as string[]
  return keys.filter((key) => key.startsWith(prefix))
}

/** A value beside the meta record; null where there is none. */
export function getMetaValue(db: ReadDb, key: string): unknown {
  const value = db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key) as string | undefined
  return value === undefined ? null : JSON.parse(value)
}

/** Puts a value beside the meta record; null takes it away. */
export function putMetaValue(db: WriteDb, key: string, value: unknown): void {
  if (value === null) db.prepare('DELETE FROM meta WHERE key = ?').run(key)
  else {
    db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
      key,
      JSON.stringify(value),
    )
  }
}

export function listExports(db: ReadDb): { at: string; manifest: unknown }[] {
  const rows = db.prepare('SELECT at, manifest FROM export ORDER BY id').all() as { at: string; manifest: string }[]
  return rows.map(({ at, manifest }) => ({ at, manifest: JSON.parse(manifest) }))
}

export function insertExport(db: WriteDb, at: string, manifest: unknown): void {
  db.prepare('INSERT INTO export (at, manifest) VALUES (?, ?)').run(at, JSON.stringify(manifest))
}
