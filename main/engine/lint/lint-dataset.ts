// The linter: runs the rules over what is stored of a dataset, and keeps what they found. Decodes nothing itself.
import type { NewFinding } from '#store/finding-table.ts'
import { deleteFinding, listFindings, putFinding } from '#store/finding-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { lintFields } from './lint-fields.ts'
import { lintLabels } from './lint-labels.ts'
import { lintLooks } from './lint-looks.ts'
import { lintSamples } from './lint-samples.ts'

/** What columns and file names tell. */
const columnRules = [
  'sample_not_image',
  'missing_image',
  'unreadable_image',
  'duplicate_name',
  'exact_duplicates',
  'conflicting_labels',
  'chunk_labels',
  'nuisance_labels',
  'small_class',
  'class_name_collision',
  'unmapped_class',
  'missing_label',
  'missing_values',
  'tiny_image',
  'huge_image',
] as const
/** What only pixels tell. */
const lookRules = [
  'near_duplicates',
  'split_leak',
  'turned_image',
  'transparent_image',
  'grey_image',
  'cmyk_image',
] as const

/** Rules over columns and file names: cheap enough after every import and every repair. */
export function lintColumns(dataset: DatasetHandle): void {
  store(dataset, columnRules, [...lintSamples(dataset), ...lintLabels(dataset), ...lintFields(dataset)])
}

/** All rules; those over pixels know the images that were looked at so far. */
export async function lintDataset(dataset: DatasetHandle, signal: AbortSignal): Promise<void> {
  dataset.looks.save()
  lintColumns(dataset)
  const { rowsVersion } = dataset
  const found = await lintLooks(dataset, signal)
  // Renumbered meanwhile: whoever did that lints again.
  if (dataset.rowsVersion === rowsVersion) store(dataset, lookRules, found)
}

/** A finding that was repaired stays until it is found anew, in other samples. */
function store(dataset: DatasetHandle, rules: readonly string[], found: readonly (NewFinding | null)[]): void {
  const before = new Map(listFindings(dataset.db).map((finding) => [finding.rule, finding]))
  const now = new Map(found.flatMap((finding) => (finding === null ? [] : [[finding.rule, finding] as const])))
  const isSame = (rule: string, rows: Uint32Array) =>
    dataset.columns.findings.includes(rule) &&
    dataset.columns.finding(rule).every((word, index) => word === rows[index])
  dataset.write(() => {
    for (const rule of rules) {
      const isRepaired = (before.get(rule)?.repaired ?? null) !== null
      const finding = now.get(rule)
      if (finding === undefined && !isRepaired) deleteFinding(dataset.db, rule)
      if (finding !== undefined && !(isRepaired && isSame(rule, finding.rows!))) putFinding(dataset.db, finding)
    }
  })
  dataset.columns.reloadFindings()
  dataset.touch()
}
