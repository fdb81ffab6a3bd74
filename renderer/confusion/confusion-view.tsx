// Confusion: what is taken for what; by the values of a field side by side, and the difference of two of them.
import { Button, CloseButton } from '@mantine/core'
import { everything } from '#core/filter/expr.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { EmptyNote } from '../common/notes.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { valueText } from '../parts/filters.ts'
import { QueryView } from '../parts/query-view.tsx'
import { useSession } from '../session/session.ts'
import { ConfusionToolbar } from './confusion-toolbar.tsx'
import { DifferencePanel } from './difference-panel.tsx'
import { MatrixPanel } from './matrix-panel.tsx'
import { useConfusion, type ConfusionScreen } from './use-confusion.ts'
import { ValueTiles } from './value-tiles.tsx'
import classes from './confusion.module.css'

export function ConfusionView() {
  const { model, dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  if (dataset.classField === null) {
    return (
      <EmptyNote title="This dataset has no classes">
        A confusion matrix sets the true class against the answer. Import labels with the images to see one.
      </EmptyNote>
    )
  }
  if (model === null) {
    return (
      <EmptyNote title="No predictions yet" actions={<Button onClick={() => show('predict')}>Predict</Button>}>
        A confusion matrix shows what a model takes for what. Run one on this dataset first.
      </EmptyNote>
    )
  }
  return <Confused model={model} />
}

function Confused({ model }: { model: string }) {
  const screen = useConfusion(model)
  const { session, state, by } = screen
  const isOneValue = state.mode === 'matrix' && by !== null && state.value !== undefined
  const query = useEngineQuery(
    'confusion.compute',
    {
      dataset: session.dataset.id,
      filter: screen.base,
      model,
      by: isOneValue ? by.path : null,
      value: isOneValue ? (state.value ?? null) : null,
    },
    { enabled: state.mode !== 'difference' },
  )
  return (
    <div className={classes.view}>
      <ConfusionToolbar screen={screen} />
      {isOneValue && <OnlyValue screen={screen} text={`${by.label} = ${valueText(state.value ?? null)}`} />}
      {state.mode === 'difference' ? (
        <DifferencePanel screen={screen} />
      ) : (
        <QueryView query={query} name="Confusion" lines={12} className={classes.fill}>
          {(confusion) => {
            if (confusion.n === 0) {
              return (
                <EmptyNote
                  title="Nothing judged here"
                  actions={
                    <Button variant="default" onClick={() => session.setFilter(everything)}>
                      Clear the filter
                    </Button>
                  }
                >
                  No sample under this filter has a class and a prediction of {model}.
                </EmptyNote>
              )
            }
            return state.mode === 'matrix' ? (
              <MatrixPanel screen={screen} confusion={confusion} />
            ) : (
              <ValueTiles screen={screen} whole={confusion} />
            )
          }}
        </QueryView>
      )}
    </div>
  )
}

function OnlyValue({ screen, text }: { screen: ConfusionScreen; text: string }) {
  return (
    <p className={classes.only}>
      Only {text}
      <CloseButton size="xs" aria-label="Show all values" onClick={() => screen.change({ value: undefined })} />
      <Button variant="subtle" size="compact-xs" onClick={() => screen.change({ mode: 'difference', minus: null })}>
        Compare with all others
      </Button>
    </p>
  )
}
