import { describe, expect, it } from 'vitest'
import type { DatasetSummary } from '../../../../main/contract/library.ts'
import { csvLine, headingCells, rowCells, tsvLine } from '../../../../renderer/table/csv-text.ts'
import { cellText, orderOfSort, pageRows, shownColumns, tableColumns } from '../../../../renderer/table/table-model.ts'

const field = (
  name: string,
  kind: 'category' | 'number' | 'text',
  role: 'class' | 'nuisance' | 'plain',
  builtIn = false,
) => ({
  name,
  kind,
  role,
  source: 'dataset',
  values: 3,
  missing: 0,
  builtIn,
  inferredBy: null,
})
const dataset: Pick<DatasetSummary, 'fields' | 'runs'> = {
  fields: [
    field('id', 'number', 'plain', true),
    field('width', 'number', 'plain', true),
    field('caption', 'text', 'plain'),
    field('my field', 'category', 'nuisance'),
    field('label', 'category', 'class'),
  ],
  runs: [],
}
const columns = tableColumns(dataset)

describe('the columns of the table', () => {
  it('[UB30] are fields by role, then those of the file; free text and files are off at first', () => {
    expect(columns.map(({ key }) => key)).toEqual(['label', '`my field`', 'caption', 'width'])
    expect(shownColumns(columns, null).map(({ key }) => key)).toEqual(['label', '`my field`'])
    expect(shownColumns(columns, ['width', 'gone']).map(({ key }) => key)).toEqual(['width'])
  })

  it('[UB31] sort in the engine; the number of wrong models stays until another order is asked for', () => {
    const byWrong = { path: 'wrong_models', descending: true } as const
    expect(orderOfSort([], columns, byWrong)).toBe(byWrong)
    expect(orderOfSort([], columns, null)).toBeNull()
    expect(orderOfSort([{ colId: '`my field`', sort: 'desc' }], columns, byWrong)).toEqual({
      path: { kind: 'field', name: 'my field' },
      descending: true,
    })
    expect(orderOfSort([{ colId: 'file_name', sort: 'asc' }], columns, null)).toMatchObject({ descending: false })
  })
})

describe('rows as text', () => {
  const rows = pageRows({
    version: 1,
    total: 1,
    offset: 0,
    ids: Uint32Array.of(7),
    fileNames: ['a, "b".jpg'],
    tags: [['odd', 'blurry']],
    columns: [
      { name: 'label', values: ['cat'] },
      { name: '`my field`', values: [null] },
    ],
  })
  const shown = shownColumns(columns, null)

  it('[UB32] quote what CSV needs quoted and leave missing values empty', () => {
    expect(csvLine(headingCells(shown))).toBe('id,file_name,label,`my field`,tags')
    expect(rows.map((row) => csvLine(rowCells(row, shown)))).toEqual(['7,"a, ""b"".jpg",cat,,odd; blurry'])
  })

  it('[UB32] keep one line a row for pasting', () => {
    expect(tsvLine(['a\tb', 'c\nd'])).toBe('a b\tc d')
  })

  it('[UB33] show at most three significant figures', () => {
    expect([0.123456, 1234, null, true, 'x'].map(cellText)).toEqual(['0.123', '1234', '', 'yes', 'x'])
  })
})
