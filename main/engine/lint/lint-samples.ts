// What file names and contents tell: names that occur twice, contents that occur twice, under two labels or in two splits.
import type { Codes } from '#core/columns/column.ts'
import { formatCount } from '#core/format/numbers.ts'
import { digestText } from '#core/digest-text.ts'
import { KeyColumn } from '#core/lint/equal-keys.ts'
import { isImagePath } from '#formats/image-type.ts'
import { extension } from '#formats/safe-path.ts'
import type { NewFinding } from '#store/finding-table.ts'
import { getFileNames, iterateIdentities } from '#store/sample-table.ts'
import type { DatasetHandle } from '../dataset-handle.ts'
import { foundIn } from './lint-finding.ts'
import { lintProblems } from './lint-problems.ts'

export function lintSamples(dataset: DatasetHandle): (NewFinding | null)[] {
  const { rowCount } = dataset
  const names = new KeyColumn(rowCount)
  const contents = new KeyColumn(rowCount)
  const notImages = new Map<number, string>()
  for (const { row, fileName, isFile, sha256 } of iterateIdentities(dataset.db)) {
    names.set(row, ...digestText(fileName.slice(fileName.lastIndexOf('/') + 1)))
    if (sha256 !== null) contents.set(row, sha256.readUInt32BE(0), sha256.readUInt32BE(4))
    if (isFile && extension(fileName) !== '' && !isImagePath(fileName)) notImages.set(row, fileName)
  }
  const sameContent = contents.groups()
  return [
    ...lintProblems(dataset, notImages),
    duplicateNames(dataset, names.groups()),
    exactDuplicates(dataset, sameContent),
    conflictingLabels(dataset, sameContent),
  ]
}

/** Images of one content, by groups. */
export function findExactDuplicates(dataset: DatasetHandle): number[][] {
  const contents = new KeyColumn(dataset.rowCount)
  for (const { row, sha256 } of iterateIdentities(dataset.db)) {
    if (sha256 !== null) contents.set(row, sha256.readUInt32BE(0), sha256.readUInt32BE(4))
  }
  return contents.groups()
}

function duplicateNames(dataset: DatasetHandle, groups: readonly (readonly number[])[]): NewFinding | null {
  const rows = groups.flat()
  return foundIn(dataset.rowCount, {
    rule: 'duplicate_name',
    count: rows.length,
    message: `${formatCount(rows.length)} images in different folders share their file names with others: files that are joined by name alone cannot tell them apart.`,
    action: 'Told apart by their folders.',
    examples: exampleGroups(dataset, groups),
    rows,
  })
}

function exactDuplicates(dataset: DatasetHandle, groups: readonly (readonly number[])[]): NewFinding | null {
  const rows = groups.flat()
  return foundIn(dataset.rowCount, {
    rule: 'exact_duplicates',
    count: rows.length,
    message: `${formatCount(rows.length)} images are byte for byte the same as others (${formatCount(groups.length)} different ones): they count more than once in every figure.`,
    examples: exampleGroups(dataset, groups),
    rows,
    repair: 'tag_duplicates',
  })
}

function conflictingLabels(dataset: DatasetHandle, groups: readonly (readonly number[])[]): NewFinding | null {
  const labels = codesOfField(dataset, dataset.columns.classField()?.name)
  const conflicts = labels === null ? [] : groups.filter((group) => hasSeveral(group, labels))
  const rows = conflicts.flat()
  return foundIn(dataset.rowCount, {
    rule: 'conflicting_labels',
    count: rows.length,
    message: `${formatCount(rows.length)} images are the same as others and have another label: one of the labels is wrong, or not the only right one.`,
    examples: exampleGroups(dataset, conflicts),
    rows,
  })
}

/** Two values and more among the rows, missing ones left out. */
export function hasSeveral(group: readonly number[], codes: Codes): boolean {
  return new Set(group.map((row) => codes[row]!).filter((code) => code !== 0)).size > 1
}

export function codesOfField(dataset: DatasetHandle, name: string | undefined): Codes | null {
  if (name === undefined) return null
  const column = dataset.columns.column({ kind: 'field', name })
  return column.kind === 'codes' ? column.codes : null
}

/** "a.png = b.png" for the first groups. */
export function exampleGroups(dataset: DatasetHandle, groups: readonly (readonly number[])[]): string[] {
  return groups.slice(0, 20).map((group) => {
    const names = getFileNames(
      dataset.db,
      group.slice(0, 4).map((row) => row + 1),
    )
    return `${names.join(' = ')}${group.length > 4 ? ' = …' : ''}`
  })
}
