// The rows and the choices behind the Table screen. The grid asks for blocks of rows; sorting happens in the engine.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { GridApi, IDatasource } from 'ag-grid-community'
import type { FoibleError } from '#core/errors.ts'
import { useEngine } from '../engine/engine-context.tsx'
import { toFoibleError } from '../engine/use-engine-query.ts'
import { createViewState } from '../parts/view-state.ts'
import { useSession, type Session } from '../session/session.ts'
import { orderOfSort, pageRows, shownColumns, tableColumns, type TableColumn, type TableRow } from './table-model.ts'

interface TableState {
  /** Keys of the columns that are on; null: as at first. */
  readonly columns: readonly string[] | null
}

const useTableState = createViewState<TableState>({ columns: null })

export interface Table {
  readonly session: Session
  readonly all: readonly TableColumn[]
  readonly shown: readonly TableColumn[]
  readonly chooseColumns: (keys: readonly string[] | null) => void
  readonly datasource: IDatasource
  readonly setGrid: (api: GridApi<TableRow>) => void
  readonly total: number | null
  readonly error: FoibleError | null
  readonly retry: () => void
}

export function useTable(): Table {
  const session = useSession()
  const { client } = useEngine()
  const { dataset, filter } = session
  const [state, change] = useTableState(dataset.id)
  const [total, setTotal] = useState<number | null>(null)
  const [error, setError] = useState<FoibleError | null>(null)
  const grid = useRef<GridApi<TableRow> | null>(null)
  const all = useMemo(() => tableColumns(dataset), [dataset])
  const shown = useMemo(() => shownColumns(all, state.columns), [all, state.columns])
  // What the rows depend on; a new version of the data is another matter, see below.
  const question = JSON.stringify([dataset.id, filter, shown.map(({ key }) => key)])

  const latest = useRef({ session, all, shown })
  useEffect(() => {
    latest.current = { session, all, shown }
  })

  const datasource = useMemo<IDatasource>(() => {
    const controller = new AbortController()
    return {
      getRows({ startRow, endRow, sortModel, successCallback, failCallback }) {
        const { sort } = latest.current.session
        const input = {
          dataset: dataset.id,
          filter,
          order: { groupBy: null, sort: orderOfSort(sortModel, latest.current.all, sort) },
          offset: startRow,
          limit: endRow - startRow,
          columns: shown.map(({ path }) => path),
        }
        client.call('query.page', input, { signal: controller.signal }).then(
          (page) => {
            setTotal(page.total)
            setError(null)
            successCallback([...pageRows(page)], page.total)
          },
          (reason: unknown) => {
            failCallback()
            const problem = toFoibleError(reason)
            if (problem.code !== 'cancelled') setError(problem)
          },
        )
      },
      destroy: () => controller.abort(),
    }
    // `question` stands for the dataset, the filter and the columns.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [client, question])

  // Data changed under the same question: blocks on screen are asked for again and stay until the new ones are there.
  useEffect(() => grid.current?.refreshInfiniteCache(), [dataset.version])

  const setGrid = useCallback((api: GridApi<TableRow>) => {
    grid.current = api
  }, [])
  return {
    session,
    all,
    shown,
    chooseColumns: (columns) => change({ columns }),
    datasource,
    setGrid,
    total,
    error,
    retry() {
      setError(null)
      grid.current?.purgeInfiniteCache()
    },
  }
}
