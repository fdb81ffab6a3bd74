// Checks a model's preprocessing before a long run: other ways to prepare images are tried on a few labelled ones.
import { Alert, Button, Modal, Progress, SegmentedControl, Select, Skeleton } from '@mantine/core'
import { useState } from 'react'
import type { CandidateInfo, PreprocessingCheck } from '#contract/preprocessing.ts'
import { formatCount } from '#core/format/numbers.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { ErrorNote } from '../common/notes.tsx'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { conditionsText, settingsOf, verdictWords } from './check-model.ts'
import { CheckTable } from './check-table.tsx'
import classes from './check.module.css'
import { orderModels } from './tensor-model.ts'
import { useCheck } from './use-check.ts'

export function CheckDialog() {
  const { open, about, close } = useDialogs()
  return (
    <Modal opened={open === 'check-preprocessing'} onClose={close} title="Check the preprocessing" size={960}>
      <CheckForm about={about} />
    </Modal>
  )
}

const sampleSizes = ['32', '64', '128', '256'] as const

function CheckForm({ about }: { about: string | null }) {
  const { dataset, model: inView } = useSession()
  const models = useEngineQuery('models.list', {})
  const [chosen, setChosen] = useState<string | null>(null)
  if (models.status === 'loading') return <Skeleton height={200} />
  if (models.status === 'error') return <ErrorNote error={models.error} retry={models.retry} />
  const names = orderModels(models.data, dataset.runs, inView)
  const model = [chosen, about].find((name) => name !== null && names.includes(name)) ?? names[0]
  const info = models.data.find(({ name }) => name === model)
  return (
    <div className={classes.form}>
      <Select
        label="Model"
        data={[...names]}
        value={model ?? null}
        allowDeselect={false}
        onChange={setChosen}
        description={info === undefined ? undefined : `${info.preprocessing} (${info.preprocessingOrigin})`}
      />
      {model !== undefined && <ModelCheck key={model} model={model} />}
    </div>
  )
}

function ModelCheck({ model }: { model: string }) {
  const { dataset } = useSession()
  const { state, start, cancel } = useCheck(dataset.id, model)
  const [size, setSize] = useState('64')
  return (
    <>
      {state.kind === 'running' ? (
        <Running progress={state.progress} cancel={cancel} />
      ) : (
        <div className={classes.row}>
          <SegmentedControl aria-label="Images to try" data={[...sampleSizes]} value={size} onChange={setSize} />
          <Button onClick={() => start(Number(size))} data-autofocus>
            {state.kind === 'done' ? `Check again on ${size} images` : `Check on ${size} images`}
          </Button>
        </div>
      )}
      {state.kind === 'open' && (
        <p className={classes.note}>
          Wrong colours, a wrong scale or a wrong crop cost a model much of its accuracy, and nothing says so. Here
          other ways to prepare images are tried on labelled images of this dataset, and what looks better is confirmed
          on others.
        </p>
      )}
      {state.kind === 'failed' && state.error.code !== 'cancelled' && (
        <Alert color="orange" title="This could not be checked" role="alert">
          {state.error.message}
        </Alert>
      )}
      {state.kind === 'done' && <Result check={state.check} />}
    </>
  )
}

interface RunningProps {
  readonly progress: { readonly done: number; readonly total: number | null; readonly message: string } | null
  readonly cancel: () => void
}

function Running({ progress, cancel }: RunningProps) {
  const share = progress === null || progress.total === null ? 0 : progress.done / Math.max(1, progress.total)
  return (
    <div role="status" aria-label="Checking">
      <div className={classes.row}>
        <Progress value={share * 100} flex={1} mb={8} aria-label="Images fed" />
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
      </div>
      <p className={classes.note}>
        {progress === null ? 'Starting' : `${formatCount(progress.done)} images fed. ${progress.message}`}
      </p>
    </div>
  )
}

function Result({ check }: { check: PreprocessingCheck }) {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const [added, setAdded] = useState<string | null>(null)
  const derive = useEngineAction('models.derive')
  const use = (candidate: CandidateInfo) =>
    void derive
      .run({ model: check.model, settings: settingsOf(candidate, check) })
      .then((model) => setAdded(model?.name ?? null))
  return (
    <>
      <section className={classes.verdict} data-verdict={check.verdict} aria-label="Verdict">
        <h3>{verdictWords[check.verdict]}</h3>
        <p>{check.sentence}</p>
        <p>{check.advice}</p>
      </section>
      {added !== null && (
        <div className={classes.row} role="status">
          <p className={classes.note}>Added beside it as {added}; what was predicted before stays as it is.</p>
          <Button size="compact-xs" onClick={() => show('predict')}>
            Predict…
          </Button>
        </div>
      )}
      <CheckTable dataset={dataset.id} check={check} isBusy={derive.isRunning} onUse={use} />
      <p className={classes.note}>{conditionsText(check)}</p>
    </>
  )
}
