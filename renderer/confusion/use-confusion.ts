// The calls and the choices behind the Confusion screen.
import { useMemo } from 'react'
import { everything, type FilterExpr, type Scalar } from '#core/filter/expr.ts'
import { withoutOwn } from '#core/filter/clauses.ts'
import { fieldPaths, findPath, initialPath, type PathGroup, type PathOption } from '../parts/field-options.ts'
import { valueFilter, within } from '../parts/filters.ts'
import { createViewState } from '../parts/view-state.ts'
import { useSession, type Session } from '../session/session.ts'
import type { AxisClass, RunDifference } from '#contract/confusion.ts'
import type { AxisEntry, MatrixCells } from './axis-model.ts'
import { cellFilter, filterTerms } from './confusion-filters.ts'
import type { MatrixOptions } from './matrix-model.ts'

export type ConfusionMode = 'matrix' | 'values' | 'difference'

export interface ConfusionState {
  readonly mode: ConfusionMode
  readonly by: string | null
  /** Only samples with this value of `by`; undefined: all. */
  readonly value: Scalar | null | undefined
  /** null: all other values. */
  readonly minus: Scalar | null
  /** Another run to subtract, in place of a value; null: a value. */
  readonly minusModel: string | null
  readonly matrix: MatrixOptions
}

const useConfusionState = createViewState<ConfusionState>({
  mode: 'matrix',
  by: null,
  value: undefined,
  minus: null,
  minusModel: null,
  matrix: { order: 'index', top: null, foldOutside: true, hideDiagonal: true, scale: 'count', log: true },
})

export interface ConfusionScreen {
  readonly session: Session
  readonly model: string
  readonly state: ConfusionState
  readonly change: (patch: Partial<ConfusionState>) => void
  readonly changeMatrix: (patch: Partial<MatrixOptions>) => void
  readonly groups: readonly PathGroup[]
  readonly by: PathOption | null
  /** The filter of the calls: this view leaves its own clauses out. */
  readonly base: FilterExpr
  /** The samples behind a cell; null stands for a whole row or column. `value`: of these samples only. */
  readonly cellFilter: (
    of: Pick<MatrixCells, 'truth' | 'predicted'> & {
      readonly classes: readonly AxisClass[]
      readonly refused: number | null
      readonly unjudged?: MatrixCells
    },
    truth: AxisEntry | null,
    answer: AxisEntry | null,
    value?: Scalar | null,
  ) => FilterExpr
  /** The samples that both runs have judged and of which at least one is in the cell. */
  readonly runCellFilter: (of: RunDifference, truth: AxisEntry | null, answer: AxisEntry | null) => FilterExpr
  /** A click: its images; with Alt: out of the filter. */
  readonly open: (filter: FilterExpr, exclude: boolean) => void
}

/** `model`: the run in focus; the view is not shown without one. */
export function useConfusion(model: string): ConfusionScreen {
  const session = useSession()
  const { dataset, filter } = session
  const [state, change] = useConfusionState(dataset.id)
  const groups = useMemo(() => fieldPaths(dataset), [dataset])
  const by = findPath(groups, state.by) ?? initialPath(groups, session.groupBy)
  const classField = dataset.classField ?? ''
  // The matrix leaves out clauses on class and answer, its own axes; where values stand side by side, theirs as well.
  const base = useMemo(() => {
    const withoutAnswer = withoutOwn(filter, { kind: 'run', model, property: 'predicted' })
    const withoutClass = withoutOwn(withoutAnswer, { kind: 'field', name: classField })
    const ofRuns = state.mode === 'difference' && state.minusModel !== null
    const isPlain = ofRuns || (state.mode === 'matrix' && state.value === undefined)
    return by === null || isPlain ? withoutClass : withoutOwn(withoutClass, by.path)
  }, [filter, model, classField, by, state.mode, state.value, state.minusModel])
  return {
    session,
    model,
    state,
    change,
    changeMatrix: (patch) => change({ matrix: { ...state.matrix, ...patch } }),
    groups,
    by,
    base,
    cellFilter: (of, truth, answer, value) =>
      within(
        base,
        cellFilter(filterTerms(of, { classes: of.classes, classField, model }), truth, answer),
        by === null || value === undefined ? everything : valueFilter(by.path, value),
      ),
    runCellFilter: (of, truth, answer) => {
      const { classes, minus, minusAnswers } = of
      const ofMinus = classes.map((some, index) => ({ ...some, answers: minusAnswers[index] ?? [] }))
      const sides = [
        cellFilter(filterTerms(of, { classes, classField, model }), truth, answer),
        cellFilter(filterTerms(of, { classes: ofMinus, classField, model: minus }), truth, answer),
      ]
      return within(base, { kind: 'or', items: sides }, isJudged(model), isJudged(minus))
    },
    open: (target, exclude) =>
      exclude ? session.addClause({ kind: 'not', item: target }) : session.showImages(target),
  }
}

function isJudged(model: string): FilterExpr {
  return { kind: 'missing', path: { kind: 'run', model, property: 'correct' }, missing: false }
}
