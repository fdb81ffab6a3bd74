// Adds a model: an .onnx file with its configuration beside it, a Hub repository, or one on a server. What it takes and gives is shown.
import { Alert, Button, Modal, Select, SegmentedControl, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { ModelInfo } from '#contract/work.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatBytes } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import classes from './form.module.css'
import { parseHubId } from './hub-id.ts'
import { ModelCard } from './model-card.tsx'
import { PlacePicker, type PickedPlace } from './place-picker.tsx'
import { ServerFields } from './server-fields.tsx'
import { emptyServer, readServer } from './server-source-model.ts'

export function AddModelDialog() {
  const { open, about, close } = useDialogs()
  return (
    <Modal opened={open === 'add-model'} onClose={close} title="Add a model" size={620}>
      <AddModelForm about={about} close={close} />
    </Modal>
  )
}

function AddModelForm({ about, close }: { about: string | null; close: () => void }) {
  const show = useDialogs((dialogs) => dialogs.show)
  const [from, setFrom] = useState<string>('place')
  const [picked, setPicked] = useState<PickedPlace | null>(about === null ? null : { place: about, name: '' })
  const [hub, setHub] = useState('')
  const [server, setServer] = useState(emptyServer)
  const [name, setName] = useState('')
  const [added, setAdded] = useState<ModelInfo | null>(null)
  const add = useEngineAction('models.add', { quiet: true })
  const [variant, setVariant] = useState<string | null>(null)
  const [settledHub] = useDebouncedValue(hub, 500)
  const hubId = parseHubId(settledHub)
  const source =
    from === 'place'
      ? picked && { kind: 'place' as const, place: picked.place }
      : from === 'hub'
        ? hubId && { kind: 'hub' as const, ...hubId }
        : null
  const served = readServer(server)
  const wanted = from === 'server' ? (served.kind === 'source' ? served.source : null) : source

  const inspection = useEngineQuery(
    'models.inspect',
    { source: source ?? { kind: 'hub', repo: '', revision: null } },
    { enabled: source !== null && added === null },
  )
  const found = source !== null && inspection.status === 'ready' && !inspection.isStale ? inspection.data : null
  const chosen = variant ?? found?.chosen ?? null

  /** What was chosen of one source says nothing of another. */
  const changeSource = (change: () => void) => {
    change()
    setVariant(null)
  }

  if (added !== null) {
    return (
      <div className={classes.form}>
        <ul className={classes.models}>
          <li className={classes.model}>
            <ModelCard model={added} />
          </li>
        </ul>
        <div className={classes.actions}>
          <Button variant="default" onClick={close}>
            Close
          </Button>
          <Button onClick={() => show('predict')}>Predict…</Button>
        </div>
      </div>
    )
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted === null) return
        void add.run({ source: wanted, name: name.trim() === '' ? null : name.trim(), variant }).then(setAdded)
      }}
    >
      <SegmentedControl
        aria-label="Where from"
        value={from}
        onChange={(value) => changeSource(() => setFrom(value))}
        data={[
          { value: 'place', label: 'Folder or file' },
          { value: 'hub', label: 'Hugging Face Hub' },
          { value: 'server', label: 'Server' },
        ]}
      />
      {from === 'server' ? (
        <ServerFields draft={server} read={served} onChange={setServer} />
      ) : from === 'place' ? (
        <PlacePicker want="either" picked={picked} onPick={(place) => changeSource(() => setPicked(place))} />
      ) : (
        <TextInput
          label="Hub id"
          placeholder="owner/name"
          value={hub}
          onChange={(event) => {
            const { value } = event.currentTarget
            changeSource(() => setHub(value))
          }}
        />
      )}
      {source !== null && inspection.status === 'error' && (
        <Alert color="orange" title="This model cannot be read" role="alert">
          {inspection.error.message}
        </Alert>
      )}
      {found !== null && found.variants.length > 1 && (
        <Select
          label="Variant"
          placeholder="choose one"
          value={chosen}
          onChange={setVariant}
          allowDeselect={false}
          data={found.variants.map(({ name: value, sizeBytes }) => ({
            value,
            label: `${value} · ${formatBytes(sizeBytes)}`,
          }))}
        />
      )}
      {from !== 'server' && (
        <p className={classes.note}>
          Foible reads <code>config.json</code>, <code>preprocessor_config.json</code> and a list of classes such as{' '}
          <code>labels.txt</code> beside the file, so that images are prepared exactly as in training.
        </p>
      )}
      <TextInput
        label="Name"
        placeholder="as in the source"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {add.error !== null && (
        <Alert color="orange" title="This model cannot be added" role="alert">
          {add.error.message}
        </Alert>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={wanted === null || (found !== null && chosen === null)} loading={add.isRunning}>
          Add
        </Button>
      </div>
    </form>
  )
}
