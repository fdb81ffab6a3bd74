// The calls and the state behind the Slices screen.
import { useMemo, useState } from 'react'
import type { SliceRow, SliceTable } from '#contract/analysis.ts'
import { valueState, withoutOwn } from '#core/filter/clauses.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { certainFilter } from '#core/infer/certain-filter.ts'
import { useEngineQuery, type EngineQuery } from '../engine/use-engine-query.ts'
import { findPath, initialPath, sliceablePaths, type PathGroup, type PathOption } from '../parts/field-options.ts'
import { crossFilter, failingFilter, valueFilter, valueText, within } from '../parts/filters.ts'
import { createViewState } from '../parts/view-state.ts'
import { useSession, type Session } from '../session/session.ts'
import { defaultSliceSort, type SliceSort } from './slices-model.ts'

interface SlicesState {
  readonly field: string | null
  readonly cross: string | null
  readonly adjust: 'auto' | 'on' | 'off'
  readonly sort: SliceSort
  readonly search: string
  /** Least margin of inferred values; null: all count. */
  readonly minMargin: number | null
}

const useSlicesState = createViewState<SlicesState>({
  field: null,
  cross: null,
  adjust: 'auto',
  sort: defaultSliceSort,
  search: '',
  minMargin: null,
})

export interface Slices {
  readonly session: Session
  readonly groups: readonly PathGroup[]
  readonly field: PathOption | null
  readonly cross: PathOption | null
  /** Whether a model found the values of either field. */
  readonly isInferred: boolean
  readonly state: SlicesState
  readonly change: (patch: Partial<SlicesState>) => void
  readonly query: EngineQuery<SliceTable>
  readonly hovered: string | null
  readonly setHovered: (key: string | null) => void
  readonly stateOf: (row: SliceRow) => 'included' | 'excluded' | 'neutral'
  /** What a click on a slice does. */
  readonly pick: (row: SliceRow, exclude: boolean) => void
  /** Opens the images of a slice: those that fail, or all. */
  readonly showSlice: (row: SliceRow, failing: boolean) => void
  readonly showMissing: () => void
}

const nowhere = { kind: 'field', name: '' } as const

export function useSlices(): Slices {
  const session = useSession()
  const { dataset, filter, models, groupBy } = session
  const [state, change] = useSlicesState(dataset.id)
  const [hovered, setHovered] = useState<string | null>(null)
  const groups = useMemo(() => sliceablePaths(dataset), [dataset])
  const field = findPath(groups, state.field) ?? initialPath(groups, groupBy)
  const picked = findPath(groups, state.cross)
  const cross = picked?.value === field?.value ? null : picked
  const base = field === null ? filter : ownLeftOut(filter, field, cross)
  const inferred = dataset.fields.flatMap(({ name, inferredBy }) => {
    const isUsed = [field, cross].some((option) => option?.path.kind === 'field' && option.path.name === name)
    return isUsed && inferredBy !== null ? [{ field: name, model: inferredBy }] : []
  })
  const shown = state.minMargin === null ? base : within(base, certainFilter(inferred, state.minMargin))
  const query = useEngineQuery(
    'slices.compute',
    {
      dataset: dataset.id,
      filter: base,
      field: field?.path ?? nowhere,
      cross: cross?.path ?? null,
      models: [...models],
      adjust: state.adjust,
      minMargin: state.minMargin,
    },
    { enabled: field !== null && models.length > 0 },
  )

  const filterOf = (row: SliceRow): FilterExpr => {
    if (field === null) return filter
    if (cross === null) return valueFilter(field.path, row.value)
    return crossFilter(field.path, cross.path, valueText(row.value), dataset.fields)
  }
  return {
    session,
    groups,
    field,
    cross,
    isInferred: inferred.length > 0,
    state,
    change,
    query,
    hovered,
    setHovered,
    stateOf: (row) => (field === null || cross !== null ? 'neutral' : valueState(filter, field.path, row.value)),
    pick(row, exclude) {
      if (field === null) return
      if (cross === null) session.toggleValue(field.path, row.value, { exclude })
      else session.addClause(exclude ? { kind: 'not', item: filterOf(row) } : filterOf(row))
    },
    showSlice: (row, failing) =>
      session.showImages(within(shown, filterOf(row), ...(failing ? [failingFilter(models)] : []))),
    showMissing() {
      if (field !== null) session.showImages(within(base, valueFilter(field.path, null)))
    },
  }
}

function ownLeftOut(filter: FilterExpr, field: PathOption, cross: PathOption | null): FilterExpr {
  const rest = withoutOwn(filter, field.path)
  return cross === null ? rest : withoutOwn(rest, cross.path)
}
