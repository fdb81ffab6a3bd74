// The calls and the state behind the Slices screen.
import { useMemo, useState } from 'react'
import type { SliceRow, SliceTable } from '#contract/analysis.ts'
import { valueState, withoutOwn } from '#core/filter/clauses.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { certainFilter } from '#core/infer/certain-filter.ts'
import { useEngineQuery, type EngineQuery } from '../engine/use-engine-query.ts'
import { useBins, type BinsOf } from '../parts/bins-store.ts'
import {
  findPath,
  initialPath,
  sliceablePaths,
  withNumbers,
  type PathGroup,
  type PathOption,
} from '../parts/field-options.ts'
import { failingFilter, rowFilter, rowState, toggleRow, within } from '../parts/filters.ts'
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
  /** How fields of numbers are cut. */
  readonly bins: BinsOf
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
  const groups = useMemo(() => withNumbers(sliceablePaths(dataset), dataset), [dataset])
  const bins = useBins(dataset.id)
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
      bins: bins.of(field),
      crossBins: bins.of(cross),
      models: [...models],
      adjust: state.adjust,
      minMargin: state.minMargin,
    },
    { enabled: field !== null && models.length > 0 },
  )

  const path = field?.path ?? nowhere
  const paths = cross === null ? [path] : [path, cross.path]
  return {
    session,
    groups,
    field,
    cross,
    bins,
    isInferred: inferred.length > 0,
    state,
    change,
    query,
    hovered,
    setHovered,
    stateOf: (row) => (row.filter === null ? valueState(filter, path, row.value) : rowState(filter, paths, row.filter)),
    pick(row, exclude) {
      if (field === null) return
      if (row.filter === null) session.toggleValue(field.path, row.value, { exclude })
      else session.setFilter(toggleRow(filter, paths, row.filter, { exclude }))
    },
    showSlice: (row, failing) =>
      session.showImages(within(shown, rowFilter(path, row), ...(failing ? [failingFilter(models)] : []))),
    showMissing() {
      const missing = query.data?.missing
      if (missing) session.showImages(within(base, missing.filter))
    },
  }
}

function ownLeftOut(filter: FilterExpr, field: PathOption, cross: PathOption | null): FilterExpr {
  const rest = withoutOwn(filter, field.path)
  return cross === null ? rest : withoutOwn(rest, cross.path)
}
