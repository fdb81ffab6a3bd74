// Models against models: who fails where, accuracy by value, what a new model fixes, and labels to doubt.
import { Button, SegmentedControl } from '@mantine/core'
import { useRef } from 'react'
import type { Comparison } from '#contract/analysis.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { subsetFilter, upsetColumns } from '../charts/upset-model.ts'
import { UpsetStrip } from '../charts/upset-strip.tsx'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { EmptyNote } from '../common/notes.tsx'
import { MetricsPanel } from '../metrics/metrics-panel.tsx'
import { MiningPanel } from '../mining/mining-panel.tsx'
import { SaveMenu } from '../save/save-menu.tsx'
import { JudgedBy } from '../parts/judged-by.tsx'
import { ModelPicker } from '../parts/model-picker.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { SelectionNote } from '../parts/selection-note.tsx'
import { AccuracyPanel } from './accuracy-panel.tsx'
import { ChangePanel } from './change-panel.tsx'
import { KappaMatrix } from './kappa-matrix.tsx'
import { UnanimousPanel } from './unanimous-panel.tsx'
import { subsetCsv } from './models-csv.ts'
import { useModels, type ModelsScreen } from './use-models.ts'
import classes from './models.module.css'

const mostColumns = 16

export function ModelsView() {
  const screen = useModels()
  const show = useDialogs((dialogs) => dialogs.show)
  if (screen.session.models.length === 0) {
    return (
      <EmptyNote title="No predictions yet" actions={<Button onClick={() => show('predict')}>Predict</Button>}>
        Models are compared on the images that all of them have judged. Run two or more on this dataset.
      </EmptyNote>
    )
  }
  return (
    <div className={classes.view}>
      <div className={classes.columns}>
        <QueryView query={screen.query} name="Comparison" lines={10} className={classes.left}>
          {(comparison) => <Compared screen={screen} comparison={comparison} />}
        </QueryView>
        <div className={classes.right}>
          <AccuracyPanel limit={18} />
        </div>
      </div>
      <MetricsPanel />
    </div>
  )
}

function Compared({ screen, comparison }: { screen: ModelsScreen; comparison: Comparison }) {
  const upset = useRef<HTMLElement>(null)
  const { models, n, subsets } = comparison
  const { columns, rest: undrawn } = upsetColumns(subsets, models, screen.state.order, mostColumns)
  const rest = undrawn + comparison.others.count
  const several = models.length > 1
  if (n === 0) {
    return (
      <div>
        <ModelPicker name="Compare" />
        <p className={classes.say}>
          No sample under this filter has been judged by {several ? 'all chosen models' : models[0]}.
        </p>
      </div>
    )
  }
  return (
    <>
      <section aria-label="Who fails where" ref={upset}>
        <header className={classes.sectionHead}>
          <h2>Who fails where</h2>
          <ModelPicker name="Compare" />
          <span className="f-dim">{formatPlural(n, 'sample')} that all have judged</span>
          <SaveMenu name="Who fails where" picture={upset} rows={() => subsetCsv(comparison)} />
          {several && (
            <SegmentedControl
              ml="auto"
              aria-label="Order of the sets"
              value={screen.state.order}
              onChange={(order) => screen.change({ order })}
              data={[
                { value: 'count', label: 'Most images' },
                { value: 'degree', label: 'Most models' },
              ]}
            />
          )}
        </header>
        <JudgedBy models={models} />
        <SelectionNote selection={comparison.selection} />
        <UpsetStrip
          models={models}
          columns={columns}
          onPick={(column, exclude) => screen.pick(subsetFilter(column.failing, models), exclude)}
        />
        {rest > 0 && <p className={classes.say}>{formatCount(rest)} samples in smaller sets are not drawn.</p>}
      </section>
      {!several && (
        <p className={classes.say}>
          Predict with a second model, or choose one above, to see what it fixes and where both fail alike.
        </p>
      )}
      {several && <ChangePanel screen={screen} comparison={comparison} />}
      {several && <KappaMatrix comparison={comparison} />}
      {several && comparison.unanimous && (
        <UnanimousPanel screen={screen} comparison={comparison} unanimous={comparison.unanimous} />
      )}
      {several && <MiningPanel />}
    </>
  )
}
