// Takes over what people decided about a dataset: roles, joined fields and labels, what classes mean, tags, views, exports.
import { createBitset, setBit, testBit } from '#core/columns/bitset.ts'
import { isRepairName } from '#core/lint/repairs.ts'
import { copyColumn } from '#store/copy-column.ts'
import { insertExport, listExports, listViews, putView } from '#store/dataset-tables.ts'
import { type FieldRecord, deleteField, insertField, updateFieldRole } from '#store/field-table.ts'
import { listFindings } from '#store/finding-table.ts'
import { hasJoinedAccepted } from '#store/history-table.ts'
import {
  changeAcceptedSets,
  insertJoinedColumn,
  isJoinedColumn,
  nextJoinedName,
  setAcceptedColumn,
} from '#store/joined-columns.ts'
import { listAllDecisions, putLabelDecision } from '#store/label-map-table.ts'
import { deleteColumn, requireColumn, writeChunks } from '#store/packed-column.ts'
import { carryTagRules, listTagRules } from '#store/tag-rules.ts'
import { insertTag } from '#store/tag-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { repairFinding } from '../lint/repair-finding.ts'

/** Repairs of the class that the new revision may need as well. */
const repairedAgain: ReadonlySet<string> = new Set(['drop_label', 'label_to_nuisance', 'merge_names'])

/** Does again what was done about the class, where it is still to be done. */
export async function repeatRepairs(old: DatasetHandle, fresh: DatasetHandle, at: string, signal: AbortSignal) {
  for (const { rule, repair, repaired } of listFindings(old.db)) {
    if (repaired === null || !isRepairName(repair) || !repairedAgain.has(repair)) continue
    const isOpen = listFindings(fresh.db).some(
      (finding) => finding.rule === rule && finding.repair === repair && finding.repaired === null,
    )
    if (isOpen) await repairFinding(fresh, rule, at, signal)
  }
}

/** `keep`: by new row, the old row that it was, -1 = none. What runs make of it is not judged here. */
export function carryDecisions(old: DatasetHandle, fresh: DatasetHandle, keep: Int32Array): void {
  fresh.write(() => {
    carryFields(old, fresh, keep)
    carryAccepted(old, fresh, keep)
    for (const { labelSpace, class: name, decision } of listAllDecisions(old.db)) {
      putLabelDecision(fresh.db, labelSpace, name, decision)
    }
    for (const { name } of old.columns.tags) carryTag(old, fresh, name, keep)
    for (const view of listViews(old.db)) putView(fresh.db, view)
    for (const { at, manifest } of listExports(old.db)) insertExport(fresh.db, at, manifest)
  })
  fresh.reload()
}

/** Joined fields go before what the revision says under their names; of the others the role. */
function carryFields(old: DatasetHandle, fresh: DatasetHandle, keep: Int32Array): void {
  const known = new Map(fresh.columns.fields.map((field) => [field.name, field]))
  for (const field of old.columns.fields) {
    const { name, role } = field
    const own = known.get(name)
    const record = requireColumn(old.db, field.columnId)
    if (isJoinedColumn(record) && field.source !== 'dataset' && field.source !== 'mixed' && own?.role !== 'class') {
      if (own !== undefined) {
        deleteField(fresh.db, name)
        deleteColumn(fresh.db, own.columnId)
      }
      insertField(fresh.db, { ...copyField(old, fresh, field, keep), source: field.source })
    } else if (own !== undefined && role !== own.role && role !== 'class' && own.role !== 'class') {
      updateFieldRole(fresh.db, name, role)
    }
  }
}

/** The field with copies of its columns, those beside the values among them. */
function copyField(old: DatasetHandle, fresh: DatasetHandle, field: FieldRecord, keep: Int32Array): FieldRecord {
  const copy = (id: number) => copyColumn(old, requireColumn(old.db, id), fresh.db, nextJoinedName(fresh.db), keep).id
  const copyIf = (id: number | null) => (id === null ? null : copy(id))
  return {
    ...field,
    columnId: copy(field.columnId),
    sourceColumnId: copyIf(field.sourceColumnId),
    scoreColumnId: copyIf(field.scoreColumnId),
    marginColumnId: copyIf(field.marginColumnId),
    settings: field.settings && { ...field.settings, candidatesColumnId: copy(field.settings.candidatesColumnId) },
  }
}

/** Accepted labels of a joined file stand; samples without them have the revision's own. */
function carryAccepted(old: DatasetHandle, fresh: DatasetHandle, keep: Int32Array): void {
  const accepted = old.columns.acceptedSets()
  if (accepted === null || !(old.meta.hasJoinedLabels || hasJoinedAccepted(old.db))) return
  const changes = new Map<number, readonly number[]>()
  keep.forEach((from, row) => {
    const set = from < 0 ? undefined : accepted.sets[accepted.codes[from]! - 1]
    if (set !== undefined) changes.set(row, set)
  })
  const { codes, values } = changeAcceptedSets(fresh.columns.acceptedSets(), changes, fresh.rowCount)
  setAcceptedColumn(fresh.db, insertJoinedColumn(fresh.db, codes, values).id)
  fresh.changeMeta({ hasJoinedLabels: true })
}

/** Samples that stay are tagged as they were here, new ones as the revision says. */
function carryTag(old: DatasetHandle, fresh: DatasetHandle, name: string, keep: Int32Array): void {
  const before = old.columns.tag(name)
  const known = fresh.columns.tags.find((tag) => tag.name === name)
  const own = known === undefined ? null : fresh.columns.tag(name)
  const bits = createBitset(fresh.rowCount)
  keep.forEach((from, row) => {
    if (from >= 0 ? testBit(before, from) : own !== null && testBit(own, row)) setBit(bits, row)
  })
  const tag = known ?? insertTag(fresh.db, name)
  writeChunks(fresh.db, requireColumn(fresh.db, tag.columnId), bits)
  carryTagRules(fresh.db, name, listTagRules(old.db, name, before))
}
