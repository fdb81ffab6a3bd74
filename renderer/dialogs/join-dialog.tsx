// Joins a file to the open dataset: as fields, or as a model's predictions. What it holds and how its rows find their samples is
// shown before anything is done.
import { Alert, Button, Modal, SegmentedControl, Select, Skeleton, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { Sidecar } from '#contract/sidecars.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './form.module.css'
import { JoinColumns } from './join-columns.tsx'
import { describeJoin, joinValue, kindNames, proposeModel } from './join-model.ts'
import { PlacePicker, type PickedPlace } from './place-picker.tsx'

export function JoinDialog() {
  const { open, close } = useDialogs()
  const [picked, setPicked] = useState<PickedPlace | null>(null)
  const end = () => {
    setPicked(null)
    close()
  }
  return (
    <Modal opened={open === 'join'} onClose={end} title="Join a file" size={660}>
      <div className={classes.form}>
        <PlacePicker want="either" picked={picked} onPick={setPicked} />
        {picked === null ? (
          <p className={classes.note}>
            A CSV, TSV, JSONL, JSON or Parquet file with a row for each image, or a folder of Parquet files.
          </p>
        ) : (
          <FoundFile key={picked.place} place={picked.place} close={end} />
        )}
      </div>
    </Modal>
  )
}

function FoundFile({ place, close }: { place: string; close: () => void }) {
  const { dataset } = useSession()
  const found = useEngineQuery('sidecars.inspect', { dataset: dataset.id, place })
  if (found.status === 'loading') return <Skeleton height={160} />
  if (found.status === 'error') {
    return (
      <Alert color="orange" title="This cannot be joined" role="alert">
        {found.error.message}
      </Alert>
    )
  }
  if (found.data.joins.length === 0) {
    return (
      <Alert color="orange" title="No row names a sample" role="alert">
        No column of {found.data.name} has values that are names of this dataset’s samples. It needs one with the file
        names of the images, with or without their folders, or with the samples’ ids.
      </Alert>
    )
  }
  return <JoinForm found={found.data} place={place} close={close} />
}

function JoinForm({ found, place, close }: { found: Sidecar; place: string; close: () => void }) {
  const { dataset } = useSession()
  const [use, setUse] = useState(found.kind === 'predictions' ? 'predictions' : 'fields')
  const [join, setJoin] = useState(found.joins[0]!)
  const [model, setModel] = useState(() => proposeModel(found.name))
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const joinFields = useEngineAction('sidecars.join')
  const importRun = useEngineAction('predictions.import')
  const offered = found.columns.filter(({ name }) => name !== join.column)
  const columns = offered.map(({ name }) => name).filter((name) => !left.has(name))
  const isRun = use === 'predictions'
  const isReady = isRun ? model.trim() !== '' : columns.length > 0 || found.kind === 'accepted-labels'

  async function submit(): Promise<void> {
    const file = { dataset: dataset.id, place, joinBy: { column: join.column, key: join.key } }
    const started = isRun
      ? await importRun.run({ ...file, model: model.trim() })
      : await joinFields.run({ ...file, columns })
    if (started !== null) close()
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) void submit()
      }}
    >
      <dl className={classes.facts}>
        <dt>Holds</dt>
        <dd>
          {kindNames[found.kind]}, {formatPlural(found.rows, 'row')}{' '}
          {/* A plain table needs no reason: its columns stand below. */}
          {found.kind !== 'fields' && <span className="f-dim">{found.reason}</span>}
        </dd>
      </dl>
      {found.kind === 'predictions' && (
        <SegmentedControl
          aria-label="Take it as"
          value={use}
          onChange={setUse}
          data={[
            { value: 'predictions', label: 'A model’s predictions' },
            { value: 'fields', label: 'Fields' },
          ]}
        />
      )}
      <Select
        label="Rows find their samples by"
        data={found.joins.map((some) => ({ value: joinValue(some), label: describeJoin(some) }))}
        value={joinValue(join)}
        allowDeselect={false}
        onChange={(value) => setJoin(found.joins.find((some) => joinValue(some) === value) ?? join)}
      />
      {isRun ? (
        <TextInput
          label="Model"
          description="The name to show the predictions under; imported ones of that name are replaced"
          value={model}
          onChange={(event) => setModel(event.currentTarget.value)}
        />
      ) : (
        <JoinColumns found={found} offered={offered} left={left} onLeft={setLeft} />
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isReady} loading={joinFields.isRunning || importRun.isRunning}>
          {isRun ? 'Import the predictions' : 'Join'}
        </Button>
      </div>
    </form>
  )
}
