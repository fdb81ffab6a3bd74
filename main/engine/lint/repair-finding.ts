// Does the repair that a finding offers. Everything but removing samples can be taken back through the history.
import { bitsetOf, countBits, testBit } from '#core/columns/bitset.ts'
import { type Codes, createCodes } from '#core/columns/column.ts'
import { countAllCodes } from '#core/columns/counts.ts'
import { FoibleError, assertNever } from '#core/errors.ts'
import { nearestNames } from '#core/filter/nearest.ts'
import { formatCount } from '#core/format/numbers.ts'
import { findNameCollisions } from '#core/lint/label-rules.ts'
import { isRepairName } from '#core/lint/repairs.ts'
import type { FieldRole } from '#core/sample.ts'
import { listFindings, setRepaired } from '#store/finding-table.ts'
import { insertJoinedColumn } from '#store/joined-columns.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { applyTag } from '../tags/change-tag.ts'
import { changeClass, classState } from './change-class.ts'
import { lintColumns, lintDataset } from './lint-dataset.ts'
import { findExactDuplicates } from './lint-samples.ts'

export interface Repaired {
  /** What was done, for a person. */
  readonly done: string
  /** Samples that changed. */
  readonly changed: number
}

/** The tag of copies, all but the first. */
const duplicateTag = 'duplicate'

/**
 * Throws `not_found` for a rule that found nothing, `usage` where there is nothing to repair. Where samples are removed, no
 * job may be at work on the dataset.
 */
export async function repairFinding(
  dataset: DatasetHandle,
  rule: string,
  at: string,
  signal: AbortSignal,
): Promise<Repaired> {
  const repair = repairOf(dataset, rule)
  const repaired = repairWith(dataset, rule, repair, at)
  if (repair === 'remove_samples') await lintDataset(dataset, signal)
  else lintColumns(dataset)
  return repaired
}

/** The name of the repair on offer. */
export function repairOf(dataset: DatasetHandle, rule: string) {
  const findings = listFindings(dataset.db)
  const finding = findings.find((known) => known.rule === rule)
  if (finding === undefined) {
    const nearest = nearestNames(
      rule,
      findings.map((known) => known.rule),
    )
    const hint = nearest.length > 0 ? ` Did you mean “${nearest[0]}”?` : ''
    throw new FoibleError('not_found', `Nothing was found under “${rule}”.${hint}`, { rule, nearest })
  }
  if (!isRepairName(finding.repair)) {
    throw new FoibleError('usage', `“${rule}” offers no repair. Filter by finding("${rule}") and decide.`, { rule })
  }
  if (finding.repaired !== null) {
    throw new FoibleError('usage', `“${rule}” is repaired already: ${finding.repaired}`, { rule })
  }
  return finding.repair
}

function repairWith(dataset: DatasetHandle, rule: string, repair: ReturnType<typeof repairOf>, at: string): Repaired {
  switch (repair) {
    case 'drop_label':
      return changeRole(dataset, rule, 'plain', at)
    case 'label_to_nuisance':
      return changeRole(dataset, rule, 'nuisance', at)
    case 'merge_names':
      return mergeNames(dataset, rule, at)
    case 'tag_duplicates':
      return tagDuplicates(dataset, rule, at)
    case 'remove_samples':
      return removeSamples(dataset, rule)
    default:
      return assertNever(repair)
  }
}

function changeRole(dataset: DatasetHandle, rule: string, role: FieldRole, at: string): Repaired {
  const { name, codes } = requireClass(dataset)
  let changed = 0
  for (const code of codes) if (code !== 0) changed++
  const done = `Made “${name}” a ${role === 'nuisance' ? 'nuisance' : 'plain field'}; it is no longer the class.`
  const before = classState(dataset, name)
  const after = { ...before, role, classField: null, classes: [] }
  changeClass(dataset, at, () => ({ rule, done, field: name, before, after }))
  return { done, changed }
}

/** Every spelling becomes the one that most samples have; of equals the first. */
function mergeNames(dataset: DatasetHandle, rule: string, at: string): Repaired {
  const { name, codes, values } = requireClass(dataset)
  const counts = countAllCodes(codes, values.length)
  const present = values.filter((_, index) => counts[index + 1]! > 0)
  const spelling = new Map<string, string>()
  for (const group of findNameCollisions(present)) {
    const samples = (value: string) => counts[values.indexOf(value) + 1]!
    const best = group.reduce((a, b) => (samples(b) > samples(a) ? b : a))
    for (const value of group) spelling.set(value, best)
  }
  const merged = (value: string) => spelling.get(value) ?? value
  const kept = values.filter((value) => merged(value) === value)
  const codeOf = new Map(kept.map((value, index) => [value, index + 1]))
  const table = Uint32Array.from([0, ...values.map((value) => codeOf.get(merged(value))!)])
  const moved = createCodes(codes.length, kept.length)
  let changed = 0
  codes.forEach((code, row) => {
    moved[row] = table[code]!
    if (code !== 0 && merged(values[code - 1]!) !== values[code - 1]) changed++
  })
  const done = `Merged ${formatCount(spelling.size)} class names into ${formatCount(new Set(spelling.values()).size)}.`
  const before = classState(dataset, name)
  changeClass(dataset, at, () => {
    // The column of before stays, for undo.
    const column = insertJoinedColumn(dataset.db, moved, kept)
    const classes = [...new Set(before.classes.map(merged))]
    return { rule, done, field: name, before, after: { ...before, columnId: column.id, classes } }
  })
  return { done, changed }
}

function requireClass(dataset: DatasetHandle): {
  readonly name: string
  readonly codes: Codes
  readonly values: readonly string[]
} {
  const field = dataset.columns.classField()
  const column = field === null ? null : dataset.columns.column({ kind: 'field', name: field.name })
  if (field === null || column?.kind !== 'codes') {
    throw new FoibleError('usage', `${dataset.meta.name} has no class any more.`, { dataset: dataset.id })
  }
  return { name: field.name, codes: column.codes, values: column.dictionary.values }
}

function tagDuplicates(dataset: DatasetHandle, rule: string, at: string): Repaired {
  const copies = findExactDuplicates(dataset).flatMap((group) => group.slice(1))
  const done = `Tagged ${formatCount(copies.length)} ${copies.length === 1 ? 'copy' : 'copies'} “${duplicateTag}”.`
  const changed = applyTag(dataset, duplicateTag, bitsetOf(copies, dataset.rowCount), true, at, {
    repair: { rule, done },
  })
  // Somebody tagged all of them before.
  if (changed === 0) dataset.write(() => setRepaired(dataset.db, rule, done))
  return { done, changed }
}

function removeSamples(dataset: DatasetHandle, rule: string): Repaired {
  const bits = dataset.columns.finding(rule)
  const changed = countBits(bits)
  if (changed === dataset.rowCount) {
    const message = `That would remove every sample of ${dataset.meta.name}. Remove the dataset instead.`
    throw new FoibleError('usage', message, { dataset: dataset.id })
  }
  const keep = Int32Array.from({ length: dataset.rowCount }, (_, row) => row).filter((row) => !testBit(bits, row))
  const done = `Removed ${changed === 1 ? 'one sample' : `${formatCount(changed)} samples`} from the dataset; the files are untouched.`
  dataset.rewriteRows(keep, () => {
    throw new Error('no row is new')
  })
  dataset.write(() => setRepaired(dataset.db, rule, done))
  return { done, changed }
}
