// The grid itself: AG Grid Community over blocks of rows from the engine.
import {
  CellStyleModule,
  ColumnApiModule,
  EventApiModule,
  InfiniteRowModelModule,
  ModuleRegistry,
  RowApiModule,
  RowSelectionModule,
  ScrollApiModule,
  TooltipModule,
  type CellKeyDownEvent,
  type ColDef,
  type GridApi,
  type RowSelectedEvent,
} from 'ag-grid-community'
import { AgGridReact } from 'ag-grid-react'
import { useEffect, useMemo, useRef } from 'react'
import { ImageCell, TagsCell, VerdictCell, formatCell } from './cells.tsx'
import { gridTheme } from './grid-theme.ts'
import { orderOfSort, type TableColumn, type TableRow } from './table-model.ts'
import type { Table } from './use-table.ts'
import classes from './table.module.css'

ModuleRegistry.registerModules([
  CellStyleModule,
  ColumnApiModule,
  EventApiModule,
  InfiniteRowModelModule,
  RowApiModule,
  RowSelectionModule,
  ScrollApiModule,
  TooltipModule,
])

export interface TableGridProps {
  readonly table: Table
  readonly onCopy: (api: GridApi<TableRow>) => void
}

export function TableGrid({ table, onCopy }: TableGridProps) {
  const { session, shown, datasource } = table
  const { dataset, selectedIds, setCurrent, setInspectorOpen, toggleSelected } = session
  const grid = useRef<GridApi<TableRow> | null>(null)
  const firstSort = useRef(session.sort)
  const columnDefs = useMemo(() => gridColumns(dataset.id, shown, firstSort.current), [dataset.id, shown])

  useEffect(() => {
    if (grid.current) markSelected(grid.current, selectedIds)
  }, [selectedIds])

  const onCellKeyDown = ({ event, data, api }: CellKeyDownEvent<TableRow>) => {
    if (!(event instanceof KeyboardEvent) || data === undefined) return
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'c') onCopy(api)
    else if (event.key === 'x') toggleSelected(data.id)
    else if (event.key === 'Enter') {
      setCurrent(data.id)
      setInspectorOpen(true)
    } else return
    event.preventDefault()
  }
  return (
    <AgGridReact<TableRow>
      className={classes.grid ?? ''}
      containerStyle={{ height: '100%' }}
      theme={gridTheme}
      styleNonce={styleNonce()}
      rowModelType="infinite"
      datasource={datasource}
      cacheBlockSize={200}
      maxBlocksInCache={20}
      maxConcurrentDatasourceRequests={2}
      blockLoadDebounceMillis={60}
      infiniteInitialRowCount={Math.min(dataset.samples, 200)}
      columnDefs={columnDefs}
      defaultColDef={{ resizable: true, sortable: true, suppressHeaderMenuButton: true }}
      maintainColumnOrder
      getRowId={({ data }) => String(data.id)}
      rowSelection={{ mode: 'multiRow', checkboxes: true, headerCheckbox: false, enableClickSelection: false }}
      selectionColumnDef={{ width: 36, minWidth: 36, pinned: 'left', resizable: false, sortable: false }}
      enableCellTextSelection={false}
      tooltipShowDelay={500}
      suppressDragLeaveHidesColumns
      suppressMultiSort
      animateRows={false}
      suppressNoRowsOverlay
      onGridReady={({ api }) => {
        grid.current = api
        table.setGrid(api)
      }}
      onModelUpdated={({ api }) => markSelected(api, selectedIds)}
      onSortChanged={({ api }) => {
        const sorted = api.getColumnState().flatMap(({ colId, sort }) => (sort ? [{ colId, sort }] : []))
        session.setSort(orderOfSort(sorted, table.all, session.sort))
      }}
      onRowSelected={(event) => followSelection(event, toggleSelected)}
      onCellFocused={({ rowIndex, api }) => {
        const row = rowIndex === null ? undefined : api.getDisplayedRowAtIndex(rowIndex)?.data
        if (row) setCurrent(row.id)
      }}
      onCellDoubleClicked={() => setInspectorOpen(true)}
      onCellKeyDown={(event) => {
        if ('column' in event) onCellKeyDown(event)
      }}
    />
  )
}

/** Only what a person did; what `markSelected` did comes from the session. */
function followSelection({ source, data }: RowSelectedEvent<TableRow>, toggle: (id: number) => void): void {
  if (source !== 'api' && data !== undefined) toggle(data.id)
}

function markSelected(api: GridApi<TableRow>, ids: ReadonlySet<number>): void {
  api.forEachNode((node) => {
    const selected = node.data !== undefined && ids.has(node.data.id)
    if ((node.isSelected() ?? false) !== selected) node.setSelected(selected, false, 'api')
  })
}

function gridColumns(
  dataset: string,
  shown: readonly TableColumn[],
  sort: Table['session']['sort'],
): ColDef<TableRow>[] {
  const sortedKey = shown.find(({ path }) => JSON.stringify(path) === JSON.stringify(sort?.path))?.key
  const initialSort = sort?.descending === true ? ('desc' as const) : ('asc' as const)
  return [
    {
      colId: 'image',
      headerName: '',
      width: 52,
      pinned: 'left',
      resizable: false,
      sortable: false,
      cellRenderer: ImageCell,
      cellRendererParams: { dataset },
      cellClass: classes.imageCell ?? '',
    },
    { colId: 'id', headerName: 'id', width: 64, type: 'rightAligned', valueGetter: ({ data }) => data?.id },
    {
      colId: 'file_name',
      headerName: 'file',
      width: 170,
      valueGetter: ({ data }) => data?.fileName.split('/').at(-1),
      tooltipValueGetter: ({ data }) => data?.fileName,
    },
    ...shown.map((column): ColDef<TableRow> => ({
      colId: column.key,
      headerName: column.title,
      headerTooltip: column.key,
      width: column.kind === 'verdict' ? 76 : column.kind === 'number' ? 92 : 128,
      valueGetter: ({ data }) => data?.values[column.key],
      valueFormatter: formatCell,
      ...(column.key === sortedKey ? { initialSort } : {}),
      ...(column.kind === 'number' ? { type: 'rightAligned' } : {}),
      ...(column.kind === 'verdict' ? { cellRenderer: VerdictCell } : {}),
    })),
    { colId: 'tags', headerName: 'tags', width: 160, sortable: false, cellRenderer: TagsCell },
  ]
}

function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
}
