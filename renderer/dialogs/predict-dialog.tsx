// Runs models over the dataset, or over the view. Runs that were stopped go on where they were.
import { Button, Modal, NumberInput, SegmentedControl, Select, Skeleton } from '@mantine/core'
import { useState } from 'react'
import type { KeptKind } from '#core/sample.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { EmptyNote, ErrorNote } from '../common/notes.tsx'
import { formatCount } from '#core/format/numbers.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './form.module.css'
import { KeepOptions } from './keep-options.tsx'
import { keepOf } from './keep-options-model.ts'
import { type ModelChoice, listUnfinished, protocolOf, providerOptions, templatesOf } from './predict-model.ts'
import { PredictRow } from './predict-row.tsx'

export function PredictDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'predict'} onClose={close} title="Predict" size={620}>
      <PredictForm close={close} />
    </Modal>
  )
}

function PredictForm({ close }: { close: () => void }) {
  const { dataset, filter } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const models = useEngineQuery('models.list', {})
  const counts = useEngineQuery('query.counts', { dataset: dataset.id, filter, facets: [], top: 1 })
  const [chosen, setChosen] = useState<readonly string[] | null>(null)
  const [choices, setChoices] = useState<Readonly<Record<string, ModelChoice>>>({})
  const providers = useEngineQuery('app.providers', {})
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
  // A model that was removed meanwhile is nobody's choice.
  const wanted = (chosen ?? listUnfinished(models.data, dataset.runs)).filter((name) =>
    models.data.some((model) => model.name === name),
  )

  async function submit(): Promise<void> {
    for (const model of models.data?.filter(({ name }) => wanted.includes(name)) ?? []) {
      const choice = choices[model.name]
      const started = await start.run({
        dataset: dataset.id,
        model: model.name,
        provider,
        batch,
        protocol: protocolOf(model, choice),
        templates: templatesOf(model, choice),
        filter: extent === 'view' ? filter : null,
        keep: keepOf(model, keep),
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
        {models.data.map((model) => (
          <PredictRow
            key={model.name}
            model={model}
            isWanted={wanted.includes(model.name)}
            choice={choices[model.name]}
            onWant={(isWanted) =>
              setChosen(isWanted ? [...wanted, model.name] : wanted.filter((name) => name !== model.name))
            }
            onChoose={(choice) => setChoices({ ...choices, [model.name]: choice })}
          />
        ))}
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
          data={[...providerOptions(providers.data?.providers ?? [])]}
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
      {providers.data !== undefined && providers.data.reasons.length > 0 && (
        <details className={classes.note}>
          <summary>Why these providers</summary>
          {providers.data.reasons.map((reason) => (
            <div key={reason}>{reason}</div>
          ))}
        </details>
      )}
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
