// Writes every row of the view as a CSV file: page after page, stoppable, handed over as a download.
import { useRef, useState } from 'react'
import type { FilterExpr } from '#core/filter/expr.ts'
import type { Order } from '#contract/query.ts'
import { useEngine } from '../engine/engine-context.tsx'
import { showError } from '../engine/use-engine-action.ts'
import { download } from '../save/download.ts'
import { csvLine, headingCells, rowCells } from './csv-text.ts'
import { pageRows, type TableColumn } from './table-model.ts'

export interface CsvRequest {
  readonly dataset: string
  readonly filter: FilterExpr
  readonly order: Order
  readonly columns: readonly TableColumn[]
}

export interface TableCsv {
  /** Share written, in [0, 1]; null while nothing is being written. */
  readonly progress: number | null
  readonly start: (request: CsvRequest) => void
  readonly stop: () => void
}

const pageSize = 1000

export function useTableCsv(): TableCsv {
  const { client } = useEngine()
  const [progress, setProgress] = useState<number | null>(null)
  const running = useRef<AbortController | null>(null)

  async function write({ dataset, filter, order, columns }: CsvRequest, signal: AbortSignal): Promise<void> {
    const paths = columns.map(({ path }) => path)
    const lines = [csvLine(headingCells(columns))]
    let total = Infinity
    for (let offset = 0; offset < total; offset += pageSize) {
      const input = { dataset, filter, order, offset, limit: pageSize, columns: paths }
      const page = await client.call('query.page', input, { signal })
      total = page.total
      lines.push(...pageRows(page).map((row) => csvLine(rowCells(row, columns))))
      setProgress(total === 0 ? 1 : Math.min(1, (offset + pageSize) / total))
    }
    download(`${dataset}.csv`, `${lines.join('\r\n')}\r\n`, 'text/csv;charset=utf-8')
  }

  return {
    progress,
    start(request) {
      const controller = new AbortController()
      running.current = controller
      setProgress(0)
      write(request, controller.signal)
        .catch(showError)
        .finally(() => setProgress(null))
    },
    stop: () => running.current?.abort(),
  }
}
