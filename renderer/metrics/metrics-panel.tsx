// Metrics by value of a field for one model, the reliability plot of the row that is chosen, and what known benchmarks report.
import { Select } from '@mantine/core'
import { useMemo, useRef } from 'react'
import type { Metrics } from '#contract/metrics.ts'
import { withoutOwn } from '#core/filter/clauses.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { BinsPicker } from '../parts/bins-picker.tsx'
import { useBins } from '../parts/bins-store.ts'
import { fieldPaths, findPath, initialPath, withNumbers } from '../parts/field-options.ts'
import { rowFilter, within } from '../parts/filters.ts'
import { JudgedBy } from '../parts/judged-by.tsx'
import { PathPicker } from '../parts/path-picker.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { SelectionNote } from '../parts/selection-note.tsx'
import { createViewState } from '../parts/view-state.ts'
import { SaveMenu } from '../save/save-menu.tsx'
import { useSession } from '../session/session.ts'
import { benchmarkLines, benchmarksCsv } from './benchmarks-model.ts'
import {
  type MetricKey,
  type MetricRow,
  calibrationCsv,
  metricColumns,
  metricRows,
  metricsCsv,
} from './metrics-model.ts'
import { ReliabilityPlot } from './reliability-plot.tsx'
import classes from './metrics.module.css'

interface MetricsState {
  readonly field: string | null
  readonly model: string | null
  readonly sort: MetricKey
  /** The row whose reliability is drawn. */
  readonly row: string
  readonly all: boolean
}

const useMetricsState = createViewState<MetricsState>({ field: null, model: null, sort: 'n', row: 'all', all: false })
const shownAtFirst = 20

export function MetricsPanel() {
  const session = useSession()
  const { dataset, filter, models } = session
  const [state, change] = useMetricsState(dataset.id)
  const groups = useMemo(() => withNumbers(fieldPaths(dataset), dataset), [dataset])
  const bins = useBins(dataset.id)
  const field = findPath(groups, state.field) ?? initialPath(groups, session.groupBy)
  const model = models.find((name) => name === state.model) ?? models[0] ?? ''
  const own = field === null ? filter : withoutOwn(filter, field.path)
  const query = useEngineQuery('metrics.compute', {
    dataset: dataset.id,
    filter: own,
    by: field?.path ?? null,
    bins: bins.of(field),
    models: [...models],
  })
  return (
    <section aria-label="Metrics by value" className={classes.panel}>
      <header>
        <h2>Metrics by</h2>
        <PathPicker
          name="Metrics by"
          groups={groups}
          value={field}
          w={140}
          onPick={(option) => change({ field: option?.value ?? null, row: 'all' })}
        />
        {field?.isNumber === true && <BinsPicker field={field} bins={bins} />}
        {models.length > 1 && (
          <Select
            aria-label="Metrics of"
            data={[...models]}
            value={model}
            onChange={(picked) => change({ model: picked, row: 'all' })}
            allowDeselect={false}
            w={190}
          />
        )}
        {query.data !== undefined && (
          <SaveMenu name={`Metrics by ${field?.label ?? 'dataset'}`} rows={() => metricsCsv(query.data)} />
        )}
      </header>
      <JudgedBy models={[model]} />
      <QueryView query={query} name="Metrics" lines={8}>
        {(metrics) => (
          <MetricsTable
            metrics={metrics}
            model={model}
            state={state}
            change={change}
            onShow={(row) => {
              const clauses = row.isAll || field === null ? [] : [rowFilter(field.path, row)]
              session.showImages(within(own, ...clauses))
            }}
          />
        )}
      </QueryView>
      <BenchmarkList />
    </section>
  )
}

interface TableProps {
  readonly metrics: Metrics
  readonly model: string
  readonly state: MetricsState
  readonly change: (patch: Partial<MetricsState>) => void
  readonly onShow: (row: MetricRow) => void
}

function MetricsTable({ metrics, model, state, change, onShow }: TableProps) {
  const picture = useRef<HTMLElement>(null)
  const rows = metricRows(
    metrics,
    metrics.models.findIndex((known) => known.model === model),
    state.sort,
  )
  const shown = state.all ? rows : rows.slice(0, shownAtFirst + 1)
  const chosen = rows.find(({ key }) => key === state.row) ?? rows[0]
  const calibration = chosen?.metrics.calibration ?? null
  return (
    <>
      <SelectionNote selection={metrics.selection} />
      <div className={classes.split}>
        <div className={classes.scroll}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th scope="col">{metrics.field ?? ''}</th>
                {metricColumns.map(({ key, title, explains }) => (
                  <th key={key} scope="col" aria-sort={state.sort === key ? 'descending' : 'none'}>
                    <button type="button" title={explains} onClick={() => change({ sort: key })}>
                      {title}
                      {state.sort === key && ' ↓'}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.key} data-chosen={row.key === chosen?.key || undefined}>
                  <th scope="row">
                    <button
                      type="button"
                      aria-label={`Reliability of ${row.label}`}
                      onClick={() => change({ row: row.key })}
                    >
                      {row.label}
                    </button>
                  </th>
                  {row.cells.map(({ key, text, detail }) => (
                    <td key={key}>
                      {key === 'n' ? (
                        <button
                          type="button"
                          title="Show these images"
                          aria-label={`Show the ${text} images of ${row.label}`}
                          onClick={() => onShow(row)}
                        >
                          {text}
                        </button>
                      ) : (
                        text
                      )}{' '}
                      {detail !== '' && <span className="f-dim">{detail}</span>}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > shown.length && (
            <button type="button" className={classes.more} onClick={() => change({ all: true })}>
              Show {rows.length - shown.length} more
            </button>
          )}
        </div>
        <figure ref={picture} className={classes.figure}>
          <figcaption>
            Reliability of {model}
            {chosen === undefined || chosen.isAll ? '' : ` on ${chosen.label}`}
            {calibration !== null && (
              <SaveMenu name={`Reliability of ${model}`} picture={picture} rows={() => calibrationCsv(calibration)} />
            )}
          </figcaption>
          {calibration === null ? (
            <p className="f-dim">No confidence is known for these answers.</p>
          ) : (
            <ReliabilityPlot calibration={calibration} name={chosen?.label ?? model} />
          )}
        </figure>
      </div>
    </>
  )
}

function BenchmarkList() {
  const { dataset, filter, models } = useSession()
  const query = useEngineQuery('metrics.benchmarks', { dataset: dataset.id, filter, models: [...models] })
  if (query.data === undefined) return null
  const lines = benchmarkLines(query.data)
  if (lines.length === 0) return null
  return (
    <div className={classes.scroll}>
      <header>
        <h2>Benchmarks</h2>
        <SaveMenu name="Benchmarks" rows={() => benchmarksCsv(lines)} />
      </header>
      <table className={classes.table} aria-label="Benchmarks">
        <tbody>
          {lines.map(({ name, model, figure, detail }) => (
            <tr key={`${name} ${model}`}>
              <th scope="row">{name}</th>
              <td>{model}</td>
              <td>{figure}</td>
              <td className={classes.detail}>{detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
