// Accuracy of the chosen models by the values of a field, under the filter. Stands in Overview and in Models.
import { Checkbox, SegmentedControl } from '@mantine/core'
import { useMemo, useRef } from 'react'
import type { AccuracyByValue } from '#contract/analysis.ts'
import { valueState, withoutOwn } from '#core/filter/clauses.ts'
import { ValueDots } from '../charts/value-dots.tsx'
import { formatPlural } from '../common/figures.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { BinsPicker } from '../parts/bins-picker.tsx'
import { useBins } from '../parts/bins-store.ts'
import { fieldPaths, findPath, initialPath, withNumbers } from '../parts/field-options.ts'
import { rowState, toggleRow } from '../parts/filters.ts'
import { ModelLegend } from '../parts/model-legend.tsx'
import { PathPicker } from '../parts/path-picker.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { createViewState } from '../parts/view-state.ts'
import { SaveMenu } from '../save/save-menu.tsx'
import { useSession } from '../session/session.ts'
import { accuracyCsv } from './models-csv.ts'
import { arrangeAccuracy, modelColors, type AccuracyOrder } from './accuracy-model.ts'
import classes from './accuracy-panel.module.css'

interface AccuracyState {
  readonly field: string | null
  readonly order: AccuracyOrder
  readonly all: boolean
  /** Only samples that every one of the models has judged. */
  readonly common: boolean
}

const useAccuracyState = createViewState<AccuracyState>({ field: null, order: 'worst', all: false, common: false })

export function AccuracyPanel({ limit }: { limit: number }) {
  const session = useSession()
  const { dataset, filter, models } = session
  const [state, change] = useAccuracyState(dataset.id)
  const panel = useRef<HTMLElement>(null)
  const groups = useMemo(() => withNumbers(fieldPaths(dataset), dataset), [dataset])
  const bins = useBins(dataset.id)
  const field = findPath(groups, state.field) ?? initialPath(groups, session.groupBy)
  const path = field?.path ?? { kind: 'field' as const, name: '' }
  const query = useEngineQuery(
    'compare.accuracy',
    {
      dataset: dataset.id,
      filter: withoutOwn(filter, path),
      models: [...models],
      field: path,
      bins: bins.of(field),
      common: state.common,
    },
    { enabled: field !== null && models.length > 0 },
  )
  const { data } = query
  if (field === null || models.length === 0) return null
  return (
    <section className={classes.panel} aria-label={`Accuracy by ${field.label}`} ref={panel}>
      <header>
        <h2>Accuracy by</h2>
        <PathPicker
          name="Accuracy by"
          groups={groups}
          value={field}
          w={140}
          onPick={(option) => change({ field: option?.value ?? null })}
        />
        {field.isNumber && <BinsPicker field={field} bins={bins} />}
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
        {data !== undefined && (
          <SaveMenu name={`Accuracy by ${field.label}`} picture={panel} rows={() => accuracyCsv(data)} />
        )}
      </header>
      <ModelLegend models={models} colors={modelColors(models, dataset.runs)} barred={data?.selection?.barred ?? []} />
      <QueryView query={query} name="Accuracy" lines={8}>
        {(table) => {
          const { rows, hidden } = arrangeAccuracy(table, state.order, state.all ? Infinity : limit)
          return (
            <>
              {table.selection !== null && (
                <p role="note" className={classes.picked}>
                  Picked by the answers of {table.selection.surrogates.join(', ')}: rates of these images only.
                </p>
              )}
              <WhichSamples table={table} common={state.common} onChange={(common) => change({ common })} />
              <ValueDots
                models={table.models}
                colors={modelColors(table.models, dataset.runs)}
                faded={table.selection?.barred ?? []}
                rows={rows.map((row) => ({
                  ...row,
                  state:
                    row.filter === null ? valueState(filter, path, row.value) : rowState(filter, [path], row.filter),
                }))}
                onPick={(key, exclude) => {
                  const row = rows.find((candidate) => candidate.key === key)
                  if (row?.filter === null) session.toggleValue(path, row.value, { exclude })
                  else if (row) session.setFilter(toggleRow(filter, [path], row.filter, { exclude }))
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

/** Where models have judged other samples, their accuracies are over their own, or over those that all have judged. */
function WhichSamples(props: { table: AccuracyByValue; common: boolean; onChange: (common: boolean) => void }) {
  const { table, common, onChange } = props
  if (!common && table.samplesNote === null) return null
  return (
    <div className={classes.samples}>
      {!common && <p>{table.samplesNote}</p>}
      <Checkbox
        size="xs"
        label={`Only the ${formatPlural(table.judgedByAll, 'sample')} that all have judged`}
        checked={common}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    </div>
  )
}
