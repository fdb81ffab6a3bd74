// How the linter says what it found.
import { bitsetOf } from '#core/columns/bitset.ts'
import type { RepairName } from '#core/lint/repairs.ts'
import type { NewFinding } from '#store/finding-table.ts'

/** Examples of a finding. */
export const maxExamples = 20

interface Found {
  readonly rule: string
  /** Cases: samples, or what `message` counts. */
  readonly count: number
  readonly message: string
  readonly action?: string
  readonly examples: readonly string[]
  readonly rows: Iterable<number>
  readonly repair?: RepairName
}

/** A finding about samples; null where nothing was found. */
export function foundIn(rowCount: number, { rows, action, repair, examples, ...found }: Found): NewFinding | null {
  if (found.count === 0) return null
  return {
    ...found,
    action: action ?? '',
    examples: examples.slice(0, maxExamples),
    rows: bitsetOf(rows, rowCount),
    repair: repair ?? null,
  }
}
