// Rows as comma- or tab-separated text. Numbers keep their full precision; a missing value is empty. Pure.
import type { FieldValue } from '#core/sample.ts'
import type { TableColumn, TableRow } from './table-model.ts'

export function headingCells(columns: readonly TableColumn[]): readonly string[] {
  return ['id', 'file_name', ...columns.map(({ key }) => key), 'tags']
}

export function rowCells(row: TableRow, columns: readonly TableColumn[]): readonly string[] {
  const values = columns.map(({ key }) => plainText(row.values[key] ?? null))
  return [String(row.id), row.fileName, ...values, row.tags.join('; ')]
}

/** One record of RFC 4180, without the line end. A leading =, +, - or @ of a text is kept: this is data, not a sheet. */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')
}

/** One line for pasting into a spreadsheet; tabs and line ends within a cell become spaces. */
export function tsvLine(cells: readonly string[]): string {
  return cells.map((cell) => cell.replace(/[\t\r\n]+/g, ' ')).join('\t')
}

function plainText(value: FieldValue): string {
  return value === null ? '' : String(value)
}
