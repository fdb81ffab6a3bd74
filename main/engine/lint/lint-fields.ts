// What the values tell: fields with gaps, and images too small or too large to be what was meant.
import { countAllCodes } from '#core/columns/counts.ts'
import { formatCount } from '#core/format/numbers.ts'
import type { NewFinding } from '#store/finding-table.ts'
import { getFileNames } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { foundIn, maxExamples } from './lint-finding.ts'

/** Of the shorter side: what is smaller than this was an icon or a mistake before it was scaled up. */
const tinySide = 32
const hugePixels = 50e6

export function lintFields(dataset: DatasetHandle): (NewFinding | null)[] {
  return [missingValues(dataset), ...sizes(dataset)]
}

/** A field that most samples lack was meant for some; and the class has its own rule. */
function missingValues(dataset: DatasetHandle): NewFinding | null {
  const gaps: string[] = []
  const rows = new Set<number>()
  for (const field of dataset.columns.fields) {
    if (field.builtIn || field.role === 'class') continue
    const column = dataset.columns.column({ kind: 'field', name: field.name })
    const missing: number[] = []
    if (column.kind === 'codes') {
      if (countAllCodes(column.codes, column.dictionary.values.length)[0] === 0) continue
      column.codes.forEach((code, row) => code === 0 && missing.push(row))
    } else if (column.kind === 'numbers') {
      column.values.forEach((value, row) => Number.isNaN(value) && missing.push(row))
    }
    if (missing.length === 0 || missing.length > dataset.rowCount / 2) continue
    gaps.push(`${field.name}: ${formatCount(missing.length)} of ${formatCount(dataset.rowCount)}`)
    for (const row of missing) rows.add(row)
  }
  return foundIn(dataset.rowCount, {
    rule: 'missing_values',
    count: rows.size,
    message: `${rows.size === 1 ? 'One sample lacks' : `${formatCount(rows.size)} samples lack`} a value in ${gaps.length === 1 ? 'a field' : `one of ${formatCount(gaps.length)} fields`}: slices by it leave them out.`,
    examples: gaps,
    rows,
  })
}

function sizes(dataset: DatasetHandle): (NewFinding | null)[] {
  const [width, height] = ['width', 'height'].map((name) => dataset.columns.column({ kind: 'field', name }))
  if (width?.kind !== 'numbers' || height?.kind !== 'numbers') return []
  const tiny: number[] = []
  const huge: number[] = []
  for (let row = 0; row < dataset.rowCount; row++) {
    const [w, h] = [width.values[row]!, height.values[row]!]
    if (Math.min(w, h) < tinySide) tiny.push(row)
    if (w * h > hugePixels) huge.push(row)
  }
  const examples = (rows: readonly number[]) => {
    const first = rows.slice(0, maxExamples)
    const names = getFileNames(
      dataset.db,
      first.map((row) => row + 1),
    )
    return first.map((row, at) => `${names[at]}: ${width.values[row]} × ${height.values[row]}`)
  }
  const images = (rows: readonly number[], one: string, many: string) =>
    rows.length === 1 ? `One image ${one}` : `${formatCount(rows.length)} images ${many}`
  return [
    foundIn(dataset.rowCount, {
      rule: 'tiny_image',
      count: tiny.length,
      message: `${images(tiny, 'has', 'have')} a side of less than ${tinySide} pixels: models see it blown up and blurred.`,
      examples: examples(tiny),
      rows: tiny,
    }),
    foundIn(dataset.rowCount, {
      rule: 'huge_image',
      count: huge.length,
      message: `${images(huge, 'has', 'have')} more than ${hugePixels / 1e6} megapixels: slow to decode, and of it models see next to nothing.`,
      examples: examples(huge),
      rows: huge,
    }),
  ]
}
