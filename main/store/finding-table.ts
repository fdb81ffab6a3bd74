// Rows of `finding`: what readers and the linter noticed. Which samples a finding is about is a packed bitset.
import type { Bitset } from '#core/columns/bitset.ts'
import { shorten } from '#core/format/shorten.ts'
import type { Finding } from '#core/sample.ts'
import { deleteColumn, insertColumn, writeChunks } from './packed-column.ts'
import { type ReadDb, type WriteDb, assertChanges } from './sqlite.ts'

const maxExampleLength = 300

export interface FindingRecord extends Finding {
  /** The bitset of its samples; null where it is about none. */
  readonly columnId: number | null
  /** Name of the repair on offer. */
  readonly repair: string | null
  /** What was said when the repair was done; null while it is not. */
  readonly repaired: string | null
}

export interface NewFinding extends Finding {
  /** Rows of its samples; absent or null where it is about none. */
  readonly rows?: Bitset | null
  readonly repair?: string | null
}

export function listFindings(db: ReadDb): FindingRecord[] {
  const rows = db
    .prepare(
      `SELECT rule, count, message, action, examples, column_id AS columnId, repair, repaired FROM finding ORDER BY rule`,
    )
    .all() as (FindingRecord & { examples: string })[]
  return rows.map((row) => ({ ...row, examples: JSON.parse(row.examples) as string[] }))
}

/** Takes the place of what was known of the rule; a repair of then no longer counts as done. Inside a transaction. */
export function putFinding(db: WriteDb, finding: NewFinding): void {
  deleteFinding(db, finding.rule)
  let columnId: number | null = null
  if (finding.rows) {
    const column = insertColumn(db, `finding:${finding.rule}`, 'bits')
    writeChunks(db, column, finding.rows)
    columnId = column.id
  }
  db.prepare(
    `INSERT INTO finding (rule, count, message, action, examples, column_id, repair, repaired)
     VALUES (?, ?, ?, ?, ?, ?, ?, NULL)`,
  ).run(
    finding.rule,
    finding.count,
    finding.message,
    finding.action,
    JSON.stringify(finding.examples.map((example) => shorten(example, maxExampleLength))),
    columnId,
    finding.repair ?? null,
  )
}

/** Of what is no longer so; nothing happens where it was never noticed. */
export function deleteFinding(db: WriteDb, rule: string): void {
  const columnId = db.prepare('SELECT column_id FROM finding WHERE rule = ?').pluck().get(rule) as number | null
  db.prepare('DELETE FROM finding WHERE rule = ?').run(rule)
  if (columnId) deleteColumn(db, columnId)
}

export function setRepaired(db: WriteDb, rule: string, repaired: string | null): void {
  assertChanges(db.prepare('UPDATE finding SET repaired = ? WHERE rule = ?').run(repaired, rule), 1, 'set repaired')
}
