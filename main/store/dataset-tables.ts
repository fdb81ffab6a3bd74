// Small tables of dataset.sqlite that need little more than their rows: meta, views, exports.
import type { FormatName, LabelRule } from '#core/sample.ts'
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
  const value = db.prepare(`SELECT value FROM meta WHERE key = 'dataset'`).pluck().get() as string | undefined
  return value === undefined ? null : (JSON.parse(value) as DatasetMeta)
}

export function putMeta(db: WriteDb, meta: DatasetMeta): void {
  db.prepare(
    `INSERT INTO meta (key, value) VALUES ('dataset', ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
  ).run(JSON.stringify(meta))
}

export interface ViewRecord {
  readonly name: string
  /** JSON of the filter expression and of the screen's layout. */
  readonly filter: unknown
  readonly layout: unknown
  readonly createdAt: string
}

export function listViews(db: ReadDb): ViewRecord[] {
  const rows = db.prepare('SELECT name, filter, layout, created_at AS createdAt FROM view ORDER BY name').all()
  return (rows as { name: string; filter: string; layout: string | null; createdAt: string }[]).map((row) => ({
    ...row,
    filter: JSON.parse(row.filter),
    layout: row.layout === null ? null : JSON.parse(row.layout),
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
}

export function deleteView(db: WriteDb, name: string): void {
  assertChanges(db.prepare('DELETE FROM view WHERE name = ?').run(name), 1, 'delete view')
}

export function listExports(db: ReadDb): { at: string; manifest: unknown }[] {
  const rows = db.prepare('SELECT at, manifest FROM export ORDER BY id').all() as { at: string; manifest: string }[]
  return rows.map(({ at, manifest }) => ({ at, manifest: JSON.parse(manifest) }))
}

export function insertExport(db: WriteDb, at: string, manifest: unknown): void {
  db.prepare('INSERT INTO export (at, manifest) VALUES (?, ?)').run(at, JSON.stringify(manifest))
}
