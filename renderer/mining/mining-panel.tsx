// Images that several models fail on together, and whether models that took no part in choosing them fail on them too.
import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import type { Mining } from '#contract/mining.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatCount, formatInterval, formatRate } from '#core/format/numbers.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { within } from '../parts/filters.ts'
import { QueryView } from '../parts/query-view.tsx'
import { createViewState } from '../parts/view-state.ts'
import { SaveMenu } from '../save/save-menu.tsx'
import { useRef } from 'react'
import { useSession } from '../session/session.ts'
import { defaultSurrogates, miningCsv, thresholdText, toggleSurrogate } from './mining-model.ts'
import classes from './mining-panel.module.css'

interface MiningState {
  readonly surrogates: readonly string[] | null
}

const useMiningState = createViewState<MiningState>({ surrogates: null })

export function MiningPanel() {
  const { dataset, filter, models } = useSession()
  const [state, change] = useMiningState(dataset.id)
  const panel = useRef<HTMLElement>(null)
  const runs = dataset.runs.map(({ model }) => model)
  const kept = (state.surrogates ?? []).filter((model) => runs.includes(model))
  const surrogates = kept.length > 0 ? kept : defaultSurrogates(models)
  const others = runs.filter((model) => !surrogates.includes(model))
  const query = useEngineQuery('mining.compute', {
    dataset: dataset.id,
    filter,
    surrogates: [...surrogates],
    models: others,
    against: null,
  })
  const { data } = query
  return (
    <section aria-label="Shared failures" className={classes.panel} ref={panel}>
      <header>
        <h2>Shared failures of</h2>
        <SurrogatePicker
          runs={runs}
          surrogates={surrogates}
          toggle={(model) => change({ surrogates: toggleSurrogate(surrogates, model, runs) })}
        />
        {data !== undefined && <SaveMenu name="Shared failures" picture={panel} rows={() => miningCsv(data)} />}
      </header>
      <QueryView query={query} name="Shared failures" lines={4}>
        {(mining) => <MinedSets mining={mining} />}
      </QueryView>
    </section>
  )
}

function SurrogatePicker({
  runs,
  surrogates,
  toggle,
}: {
  runs: readonly string[]
  surrogates: readonly string[]
  toggle: (model: string) => void
}) {
  const text = surrogates.length === 1 ? surrogates[0] : `${surrogates.length} of ${runs.length} models`
  return (
    <Menu closeOnItemClick={false} position="bottom-start" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
          aria-label={`Models that mine: ${surrogates.join(', ')}`}
        >
          {text}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Models that mine; the others are tried on what they find</Menu.Label>
        {runs.map((model) => (
          <Menu.CheckboxItem key={model} checked={surrogates.includes(model)} onChange={() => toggle(model)}>
            {model}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function MinedSets({ mining }: { mining: Mining }) {
  const session = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const { surrogates, pool, sets, models, warning } = mining
  if (pool === 0) return <p className={classes.say}>No sample under this filter has been judged by all of them.</p>
  const save = (rule: FilterExpr) => {
    session.setFilter(within(session.filter, rule))
    show('save-view')
  }
  return (
    <>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th scope="col">Of {formatPlural(pool, 'sample')}</th>
              <th scope="col">Images</th>
              {models.map(({ model }) => (
                <th key={model} scope="col" title={`${model} took no part in choosing the images`}>
                  {model} fails
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">all of them</th>
              <td>{formatCount(pool)}</td>
              {models.map((one) => (
                <Transfer key={one.model} of={one} />
              ))}
              <td />
            </tr>
            {sets.map((set) => (
              <tr key={set.threshold}>
                <th scope="row">{thresholdText(set.threshold, surrogates.length)}</th>
                <td>
                  <button
                    type="button"
                    title="Show these images"
                    onClick={() => session.showImages(within(session.filter, set.filter))}
                  >
                    {formatCount(set.count)}
                  </button>
                </td>
                {set.models.map((one) => (
                  <Transfer key={one.model} of={one} />
                ))}
                <td>
                  <Button
                    variant="subtle"
                    size="compact-xs"
                    disabled={set.count === 0}
                    aria-label={`Save the images on which ${thresholdText(set.threshold, surrogates.length)} as a view`}
                    onClick={() => save(set.filter)}
                  >
                    Save…
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.say}>
        {warning}
        {models.length === 0 && ' Leave a model out above to see whether it fails on them too.'}
      </p>
    </>
  )
}

function Transfer({ of: { n, rate, wilson } }: { of: Mining['models'][number] }) {
  if (rate === null || wilson === null) return <td className="f-dim">none judged</td>
  return (
    <td>
      {formatRate(rate)} <span className="f-dim">{formatInterval(wilson)}</span>{' '}
      <span className="f-dim">n {formatCount(n)}</span>
    </td>
  )
}
