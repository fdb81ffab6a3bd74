// Adds a model: an .onnx file with its configuration beside it, or a Hub repository. What it takes and gives is shown.
import { Alert, Button, Modal, SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ModelInfo } from '#contract/work.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import classes from './form.module.css'
import { parseHubId } from './hub-id.ts'
import { ModelCard } from './model-card.tsx'
import { PlacePicker, type PickedPlace } from './place-picker.tsx'

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
  const [name, setName] = useState('')
  const [added, setAdded] = useState<ModelInfo | null>(null)
  const add = useEngineAction('models.add', { quiet: true })
  const hubId = parseHubId(hub)
  const source =
    from === 'place'
      ? picked && { kind: 'place' as const, place: picked.place }
      : hubId && { kind: 'hub' as const, ...hubId }

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
        if (source === null) return
        void add.run({ source, name: name.trim() === '' ? null : name.trim() }).then(setAdded)
      }}
    >
      <SegmentedControl
        aria-label="Where from"
        value={from}
        onChange={setFrom}
        data={[
          { value: 'place', label: 'ONNX file' },
          { value: 'hub', label: 'Hugging Face Hub' },
        ]}
      />
      {from === 'place' ? (
        <PlacePicker want="file" picked={picked} onPick={setPicked} />
      ) : (
        <TextInput
          label="Hub id"
          placeholder="owner/name"
          value={hub}
          onChange={(event) => setHub(event.currentTarget.value)}
        />
      )}
      <p className={classes.note}>
        Foible reads <code>config.json</code> and <code>preprocessor_config.json</code> beside the file, so that images
        are prepared exactly as in training.
      </p>
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
        <Button type="submit" disabled={source === null} loading={add.isRunning}>
          Add
        </Button>
      </div>
    </form>
  )
}
