// A folder name that says what is in an export. Pure.
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'

const longest = 80

/** `foible-sampler-background-beach`: letters, digits and dashes, at most 80 characters. */
export function exportName(dataset: string, filter: FilterExpr): string {
  const rule = formatFilter(filter)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
  return `${dataset}-${rule}`.slice(0, longest).replaceAll(/^-+|-+$/g, '')
}
