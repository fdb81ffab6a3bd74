// Accuracy of the chosen models by the values of a field, under the filter. Stands in Overview and in Models.
import { SegmentedControl } from '@mantine/core'
import { useMemo } from 'react'
import { valueState, withoutOwn } from '#core/filter/clauses.ts'
import { ValueDots } from '../charts/value-dots.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { fieldPaths, findPath, initialPath } from '../parts/field-options.ts'
import { ModelLegend } from '../parts/model-legend.tsx'
import { PathPicker } from '../parts/path-picker.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { createViewState } from '../parts/view-state.ts'
import { useSession } from '../session/session.ts'
import { arrangeAccuracy, modelColors, type AccuracyOrder } from './accuracy-model.ts'
import classes from './accuracy-panel.module.css'

interface AccuracyState {
  readonly field: string | null
  readonly order: AccuracyOrder
  readonly all: boolean
}

const useAccuracyState = createViewState<AccuracyState>({ field: null, order: 'worst', all: false })

export function AccuracyPanel({ limit }: { limit: number }) {
  const session = useSession()
  const { dataset, filter, models } = session
  const [state, change] = useAccuracyState(dataset.id)
  const groups = useMemo(() => fieldPaths(dataset), [dataset])
  const field = findPath(groups, state.field) ?? initialPath(groups, session.groupBy)
  const path = field?.path ?? { kind: 'field' as const, name: '' }
  const query = useEngineQuery(
    'compare.accuracy',
    { dataset: dataset.id, filter: withoutOwn(filter, path), models: [...models], field: path },
    { enabled: field !== null && models.length > 0 },
  )
  if (field === null || models.length === 0) return null
  return (
    <section className={classes.panel} aria-label={`Accuracy by ${field.label}`}>
      <header>
        <h2>Accuracy by</h2>
        <PathPicker
          name="Accuracy by"
          groups={groups}
          value={field}
          w={140}
          onPick={(option) => change({ field: option?.value ?? null })}
        />
        <SegmentedControl
          aria-label="Order of the values"
          value={state.order}
          onChange={(order) => change({ order })}
          data={[
            { value: 'worst', label: 'Worst' },
            ...(models.length > 1 ? [{ value: 'spread' as const, label: 'Spread' }] : []),
            { value: 'n', label: 'n' },
            { value: 'value', label: 'A–Z' },
          ]}
        />
      </header>
      <ModelLegend models={models} colors={modelColors(models, dataset.runs)} />
      <QueryView query={query} name="Accuracy" lines={8}>
        {(table) => {
          const { rows, hidden } = arrangeAccuracy(table, state.order, state.all ? Infinity : limit)
          return (
            <>
              <ValueDots
                models={table.models}
                colors={modelColors(table.models, dataset.runs)}
                rows={rows.map((row) => ({ ...row, state: valueState(filter, path, row.value) }))}
                onPick={(key, exclude) => {
                  const row = rows.find((candidate) => candidate.key === key)
                  if (row) session.toggleValue(path, row.value, { exclude })
                }}
              />
              {rows.length === 0 && <p className="f-dim">No sample under this filter has a value here.</p>}
              {(hidden > 0 || state.all) && (
                <button type="button" className={classes.more} onClick={() => change({ all: !state.all })}>
                  {state.all ? 'Show fewer' : `Show ${hidden} more`}
                </button>
              )}
            </>
          )
        }}
      </QueryView>
    </section>
  )
}
