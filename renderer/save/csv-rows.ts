// Figures as comma-separated text: headings first, missing values empty, numbers in full. Pure.
import { csvLine } from '../table/csv-text.ts'

export type CsvRows = readonly (readonly (string | number | boolean | null)[])[]

export function csvText(rows: CsvRows): string {
  return rows.map((row) => `${csvLine(row.map((cell) => (cell === null ? '' : String(cell))))}\r\n`).join('')
}
