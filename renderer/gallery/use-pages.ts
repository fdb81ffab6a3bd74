// The samples that the gallery shows, in pages of the order around what is on screen.
import { useQueries } from '@tanstack/react-query'
import type { CallInput, CallOutput } from '#contract/contract.ts'
import type { FilterExpr, Path, Scalar } from '#core/filter/expr.ts'
import type { Order } from '#contract/query.ts'
import { useEngine } from '../engine/engine-context.tsx'

export interface Tile {
  readonly id: number
  readonly fileName: string
  readonly tags: readonly string[]
  readonly label: Scalar | null
  readonly predicted: Scalar | null
  /** null: not judged. */
  readonly correct: boolean | null
  readonly confidence: number | null
}

export interface PageQuestion {
  readonly dataset: string
  readonly filter: FilterExpr
  readonly order: Order
  readonly model: string | null
  readonly classField: string | null
}

const pageSize = 120

/** The tiles of the offsets from `start` to `end` as they come in; `tileAt` gives undefined where none is yet. */
export function usePages(question: PageQuestion, start: number, end: number): (offset: number) => Tile | undefined {
  const { client } = useEngine()
  const { dataset, filter, order, model, classField } = question
  const columns = tileColumns(model, classField)
  const first = Math.floor(start / pageSize)
  const count = end > start ? Math.floor((end - 1) / pageSize) - first + 1 : 0
  const pages = useQueries({
    queries: Array.from({ length: count }, (_, index) => {
      const input: CallInput<'query.page'> = {
        dataset,
        filter,
        order,
        offset: (first + index) * pageSize,
        limit: pageSize,
        columns,
      }
      return {
        queryKey: ['query.page', input],
        queryFn: ({ signal }: { signal: AbortSignal }) => client.call('query.page', input, { signal }),
      }
    }),
  })
  return (offset) => {
    const page = pages[Math.floor(offset / pageSize) - first]?.data
    return page === undefined ? undefined : readTile(page, offset - page.offset, model, classField)
  }
}

function tileColumns(model: string | null, classField: string | null): Path[] {
  const columns: Path[] = classField === null ? [] : [{ kind: 'field', name: classField }]
  if (model === null) return columns
  const properties = ['predicted', 'correct', 'confidence'] as const
  return [...columns, ...properties.map((property): Path => ({ kind: 'run', model, property }))]
}

function readTile(
  page: CallOutput<'query.page'>,
  index: number,
  model: string | null,
  classField: string | null,
): Tile | undefined {
  const id = page.ids[index]
  if (id === undefined) return undefined
  const column = (at: number) => page.columns[at]?.values[index] ?? null
  const first = classField === null ? 0 : 1
  const correct = model === null ? null : column(first + 1)
  const confidence = model === null ? null : column(first + 2)
  return {
    id,
    fileName: page.fileNames[index] ?? '',
    tags: page.tags[index] ?? [],
    label: classField === null ? null : column(0),
    predicted: model === null ? null : column(first),
    correct: typeof correct === 'boolean' ? correct : null,
    confidence: typeof confidence === 'number' ? confidence : null,
  }
}
