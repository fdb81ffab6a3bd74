// The job that joins a file: its columns become fields whose source is a sidecar, its accepted labels the samples' own.
import { FoibleError } from '#core/errors.ts'
import { countNoun } from '#formats/count-noun.ts'
import { roleOfName } from '#formats/field-roles.ts'
import { createFindingLog } from '#formats/finding-log.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { openSidecar, type SidecarFile } from '#formats/sidecars/open-sidecar.ts'
import type { JoinBy } from '#formats/sidecars/rank-joins.ts'
import { deleteFinding, putFinding } from '#store/finding-table.ts'
import type { FieldSnapshot } from '#store/history-table.ts'
import { changeAcceptedSets, insertJoinedColumn } from '#store/joined-columns.ts'
import { getColumnRecord } from '#store/packed-column.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { JobContext } from '../jobs/job-runner.ts'
import { changeFields } from './change-fields.ts'
import { chooseJoin, noMatch, unknownColumn } from './find-join.ts'
import { nameFields } from './name-fields.ts'
import { type JoinedValues, readFields } from './read-fields.ts'
import { RowCounts, rowRules } from './row-counts.ts'

export interface JoinInput {
  readonly dataset: string
  readonly path: string
  /** null: the way that finds most samples. */
  readonly joinBy: JoinBy | null
  /** null: all but the one that names the samples. */
  readonly columns: readonly string[] | null
}

const maxColumns = 256

export async function joinFile(parts: EngineParts, input: JoinInput, context: JobContext) {
  const { signal } = context
  const dataset = parts.library.dataset(input.dataset)
  const { rowsVersion } = dataset
  const findings = createFindingLog()
  context.progress({ done: 0, total: null, message: 'Looking at the file' })
  const file = await openSidecar(await createFolderTree(input.path), findings, signal)
  const { index, join } = await chooseJoin(dataset, file, input.joinBy, [], findings, signal)
  const counts = new RowCounts(dataset.rowCount)
  const columns = chooseColumns(file, join, input.columns)
  const log = createFindingLog()
  const values = await readFields({
    file,
    index,
    join,
    columns,
    samples: dataset.rowCount,
    counts,
    findings: log,
    context,
  })
  if (counts.matched === 0) {
    throw noMatch(dataset, file, new Map([[join.column, counts.examples]]), [join.key])
  }
  refuseRenumbered(dataset, rowsVersion)
  const { fields, judgedAgain } = store(parts, dataset, file, values, counts)
  parts.events.emit('dataset.changed', { dataset: dataset.id, version: dataset.version })
  return {
    dataset: dataset.id,
    file: file.name,
    joinBy: join,
    fields,
    accepted: values.accepted.size,
    judgedAgain,
    matched: counts.matched,
    unmatched: counts.unmatched,
    ambiguous: counts.ambiguous,
    duplicates: counts.twice,
    examples: counts.examples,
    findings: log.list(),
  }
}

/** Samples that were renumbered while a file was read are no longer where the rows were to go. */
export function refuseRenumbered(dataset: DatasetHandle, rowsVersion: number): void {
  if (dataset.rowsVersion === rowsVersion) return
  const message = `The samples of ${dataset.meta.name} changed while the file was read. Join it again.`
  throw new FoibleError('usage', message, { dataset: dataset.id })
}

function chooseColumns(file: SidecarFile, join: JoinBy, wanted: readonly string[] | null): readonly string[] {
  for (const name of wanted ?? []) if (!file.columns.includes(name)) throw unknownColumn(file, name)
  const columns = wanted ?? file.columns.filter((name) => name !== join.column)
  const chosen = [...new Set(columns)].filter((name) => name !== file.acceptedColumn && name !== '')
  if (chosen.length <= maxColumns) return chosen
  const message = `“${file.name}” has ${countNoun(chosen.length, 'column')}; choose at most ${maxColumns} of them.`
  throw new FoibleError('too_large', message, { columns: chosen.length })
}

function store(parts: EngineParts, dataset: DatasetHandle, file: SidecarFile, values: JoinedValues, counts: RowCounts) {
  const { columns, db } = dataset
  const names = nameFields([...values.fields.keys()], columns.fields)
  const fields: { name: string; kind: string; column: string; replaced: boolean }[] = []
  const change = () => {
    const removed: FieldSnapshot[] = []
    const added: FieldSnapshot[] = []
    for (const [column, { kind, data }] of values.fields) {
      const { name, replaces } = names.get(column)!
      const packed = data.kind === 'codes' ? data.codes : data.values
      const { id } = insertJoinedColumn(db, packed, data.kind === 'codes' ? data.values : null)
      if (replaces !== null) removed.push(replaces)
      const role = replaces?.role ?? roleOfName(column)
      added.push({ name, kind, role, source: 'sidecar', builtIn: false, columnId: id })
      fields.push({ name, kind, column, replaced: replaces !== null })
    }
    const accepted = values.accepted.size === 0 ? null : putAccepted(dataset, values.accepted)
    return { removed, added, accepted, what: describe(file, fields.length, values.accepted.size) }
  }
  const judgedAgain = changeFields(dataset, change, parts.now().toISOString(), () => {
    for (const rule of rowRules) deleteFinding(db, rule)
    for (const finding of counts.findings(file.name)) putFinding(db, finding)
  })
  return { fields, judgedAgain }
}

function putAccepted(dataset: DatasetHandle, changes: JoinedValues['accepted']) {
  const { codes, values } = changeAcceptedSets(dataset.columns.acceptedSets(), changes, dataset.rowCount)
  const { id } = insertJoinedColumn(dataset.db, codes, values)
  return { before: getColumnRecord(dataset.db, 'accepted')?.id ?? null, after: id }
}

/** "Joined 3 fields of factors.csv" */
function describe(file: SidecarFile, fields: number, accepted: number): string {
  const labels = accepted === 0 ? [] : [`accepted labels of ${countNoun(accepted, 'sample')}`]
  const parts = fields === 0 ? labels : [countNoun(fields, 'field'), ...labels]
  return `Joined ${parts.join(' and ')} of ${file.name}`
}
