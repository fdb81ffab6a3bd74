// Runs models over the dataset, or over the view. Runs that were stopped go on where they were.
import { Button, Checkbox, Modal, NumberInput, SegmentedControl, Select, Skeleton } from '@mantine/core'
import { useState } from 'react'
import type { KeptKind } from '#core/sample.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { EmptyNote, ErrorNote } from '../common/notes.tsx'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './form.module.css'
import { KeepOptions } from './keep-options.tsx'
import { keepOf } from './keep-options-model.ts'
import { ModelCard } from './model-card.tsx'

export function PredictDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'predict'} onClose={close} title="Predict" size={620}>
      <PredictForm close={close} />
    </Modal>
  )
}

const providers = [
  { value: 'auto', label: 'The fastest' },
  { value: 'cpu', label: 'CPU' },
]

function PredictForm({ close }: { close: () => void }) {
  const { dataset, filter } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const models = useEngineQuery('models.list', {})
  const counts = useEngineQuery('query.counts', { dataset: dataset.id, filter, facets: [], top: 1 })
  const [chosen, setChosen] = useState<readonly string[] | null>(null)
  const [provider, setProvider] = useState('auto')
  const [batch, setBatch] = useState<number | null>(null)
  const [extent, setExtent] = useState('all')
  const [keep, setKeep] = useState<readonly KeptKind[]>([])
  const start = useEngineAction('runs.start')
  if (models.status === 'loading') return <Skeleton height={200} />
  if (models.status === 'error') return <ErrorNote error={models.error} retry={models.retry} />
  if (models.data.length === 0) {
    return (
      <EmptyNote
        title="There is no model yet"
        actions={<Button onClick={() => show('add-model')}>Add a model…</Button>}
      >
        Foible runs ONNX classifiers: add one from a file or from the Hub.
      </EmptyNote>
    )
  }
  const finished = dataset.runs.filter(({ state }) => state === 'done').map(({ model }) => model)
  const wanted = chosen ?? models.data.map(({ name }) => name).filter((name) => !finished.includes(name))

  async function submit(): Promise<void> {
    for (const model of wanted) {
      const started = await start.run({
        dataset: dataset.id,
        model,
        provider,
        batch,
        protocol: 'unmasked',
        filter: extent === 'view' ? filter : null,
        keep: keepOf(
          models.data?.find(({ name }) => name === model),
          keep,
        ),
      })
      if (started === null) return
    }
    close()
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <ul className={classes.models} aria-label="Models">
        {models.data.map((model) => {
          const run = dataset.runs.find((some) => some.model === model.name)
          return (
            <li key={model.name} className={classes.model}>
              <Checkbox
                aria-label={model.name}
                checked={wanted.includes(model.name)}
                onChange={(event) =>
                  setChosen(
                    event.currentTarget.checked
                      ? [...wanted, model.name]
                      : wanted.filter((name) => name !== model.name),
                  )
                }
              />
              <ModelCard model={model} />
              {run !== undefined && (
                <span className={classes.card}>
                  {formatCount(run.predicted)} of {formatPlural(dataset.samples, 'sample')} predicted
                  {run.accuracy !== null && `, ${formatRate(run.accuracy)} of ${formatCount(run.judged)} right`}
                  {run.provider !== 'imported' && `, on ${run.provider}`}
                </span>
              )}
            </li>
          )
        })}
      </ul>
      <div className={classes.row}>
        <SegmentedControl
          aria-label="Which samples"
          value={extent}
          onChange={setExtent}
          data={[
            { value: 'all', label: `All ${formatCount(dataset.samples)}` },
            { value: 'view', label: `In view ${formatCount(counts.data?.total ?? 0)}` },
          ]}
        />
        <Select
          label="Execution provider"
          data={providers}
          value={provider}
          allowDeselect={false}
          onChange={(value) => setProvider(value ?? 'auto')}
        />
        <NumberInput
          label="Batch"
          placeholder="by itself"
          min={1}
          max={1024}
          value={batch ?? ''}
          onChange={(value) => setBatch(typeof value === 'number' ? value : null)}
        />
      </div>
      <KeepOptions
        models={models.data.filter(({ name }) => wanted.includes(name))}
        samples={extent === 'view' ? (counts.data?.total ?? 0) : dataset.samples}
        value={keep}
        onChange={setKeep}
      />
      <div className={classes.actions}>
        <Button variant="subtle" mr="auto" onClick={() => show('add-model')}>
          Add a model…
        </Button>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={wanted.length === 0} loading={start.isRunning} data-autofocus>
          {wanted.length === 1 ? `Predict with ${wanted[0]}` : `Predict with ${wanted.length} models`}
        </Button>
      </div>
    </form>
  )
}
