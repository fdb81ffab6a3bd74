// The Table screen: every sample of the view as a row, with the columns one wants, to sort, copy and take away.
import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCopy, IconFileTypeCsv, IconPlayerStop } from '@tabler/icons-react'
import type { GridApi } from 'ag-grid-community'
import { useRef } from 'react'
import { everything } from '#core/filter/expr.ts'
import { formatRate } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { EmptyNote, ErrorNote } from '../common/notes.tsx'
import { showError } from '../engine/use-engine-action.ts'
import { ColumnsMenu } from './columns-menu.tsx'
import { headingCells, rowCells, tsvLine } from './csv-text.ts'
import { TableGrid } from './table-grid.tsx'
import type { TableRow } from './table-model.ts'
import { useTable, type Table } from './use-table.ts'
import { useTableCsv } from './use-table-csv.ts'
import classes from './table.module.css'

export function TableView() {
  const table = useTable()
  const csv = useTableCsv()
  const { session, shown, total } = table
  const grid = useRef<GridApi<TableRow> | null>(null)
  const copy = (api: GridApi<TableRow>) => void copyRows(api, table)
  return (
    <div className={classes.view}>
      <div className={classes.toolbar}>
        <ColumnsMenu table={table} />
        <span className={classes.total}>{total === null ? '' : formatPlural(total, 'row')}</span>
        <Button
          ml="auto"
          variant="default"
          leftSection={<IconCopy size={14} />}
          disabled={session.selectedIds.size === 0}
          onClick={() => grid.current && copy(grid.current)}
        >
          Copy selected
        </Button>
        {csv.progress === null ? (
          <Button
            variant="default"
            leftSection={<IconFileTypeCsv size={14} />}
            disabled={total === null || total === 0}
            onClick={() =>
              csv.start({
                dataset: session.dataset.id,
                filter: session.filter,
                order: { groupBy: null, sort: session.sort },
                columns: shown,
              })
            }
          >
            CSV of this view
          </Button>
        ) : (
          <Button variant="default" leftSection={<IconPlayerStop size={14} />} onClick={csv.stop}>
            Stop at {formatRate(csv.progress)}
          </Button>
        )}
      </div>
      {table.error && <ErrorNote error={table.error} retry={table.retry} />}
      <div className={classes.body} data-empty={total === 0 || undefined}>
        <TableGrid
          table={{
            ...table,
            setGrid: (api) => {
              grid.current = api
              table.setGrid(api)
            },
          }}
          onCopy={copy}
        />
        {total === 0 && (
          <div className={classes.nothing}>
            <EmptyNote
              title="No sample matches the filter"
              actions={
                <Button variant="default" onClick={() => session.setFilter(everything)}>
                  Clear the filter
                </Button>
              }
            />
          </div>
        )}
      </div>
    </div>
  )
}

/** The selected rows that are loaded, with headings; without a selection the cell in focus. */
async function copyRows(api: GridApi<TableRow>, { shown }: Table): Promise<void> {
  const rows: TableRow[] = []
  api.forEachNode((node) => {
    if (node.isSelected() === true && node.data !== undefined) rows.push(node.data)
  })
  const lines = [headingCells(shown), ...rows.map((row) => rowCells(row, shown))].map(tsvLine)
  try {
    await navigator.clipboard.writeText(rows.length > 0 ? lines.join('\n') : focusedText(api))
    if (rows.length > 0) notifications.show({ message: `Copied ${formatPlural(rows.length, 'row')}` })
  } catch (error) {
    showError(error)
  }
}

function focusedText(api: GridApi<TableRow>): string {
  const cell = api.getFocusedCell()
  const row = cell === null ? undefined : api.getDisplayedRowAtIndex(cell.rowIndex)?.data
  if (cell === null || row === undefined) return ''
  const id = cell.column.getColId()
  if (id === 'id') return String(row.id)
  if (id === 'file_name') return row.fileName
  return id === 'tags' ? row.tags.join('; ') : String(row.values[id] ?? '')
}
