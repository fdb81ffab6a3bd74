// Rows of `label_map`: what somebody decided about classes of the dataset in a model's label space.
import type { LabelDecision } from '#core/labels/map-classes.ts'
import type { ReadDb, WriteDb } from './sqlite.ts'

/** The decisions of a label space, by class. */
export function listLabelDecisions(db: ReadDb, labelSpace: string): Map<string, LabelDecision> {
  const rows = db
    .prepare('SELECT class, ids, source FROM label_map WHERE label_space = ? ORDER BY class')
    .all(labelSpace)
  return new Map(
    (rows as { class: string; ids: string; source: LabelDecision['source'] }[]).map((row) => [
      row.class,
      { ids: JSON.parse(row.ids) as number[], source: row.source },
    ]),
  )
}

/** The decisions of all label spaces. */
export function listAllDecisions(db: ReadDb): { labelSpace: string; class: string; decision: LabelDecision }[] {
  const spaces = db.prepare('SELECT DISTINCT label_space FROM label_map ORDER BY 1').pluck().all() as string[]
  return spaces.flatMap((labelSpace) =>
    Array.from(listLabelDecisions(db, labelSpace), ([name, decision]) => ({ labelSpace, class: name, decision })),
  )
}

/** Sets the decision for a class, or takes it back (null). */
export function putLabelDecision(db: WriteDb, labelSpace: string, name: string, decision: LabelDecision | null): void {
  if (decision === null) {
    db.prepare('DELETE FROM label_map WHERE label_space = ? AND class = ?').run(labelSpace, name)
    return
  }
  db.prepare(
    `INSERT INTO label_map (label_space, class, ids, source) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET ids = excluded.ids, source = excluded.source`,
  ).run(labelSpace, name, JSON.stringify(decision.ids), decision.source)
}
