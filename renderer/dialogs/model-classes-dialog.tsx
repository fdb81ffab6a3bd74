// Names the classes of a model by a file: the same model file under a name of its own, beside the first.
import { Alert, Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDialogs } from '../app/dialog-store.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import classes from './form.module.css'
import { type PickedPlace, PlacePicker } from './place-picker.tsx'

export function ModelClassesDialog() {
  const { open, about, close } = useDialogs()
  return (
    <Modal opened={open === 'model-classes'} onClose={close} title={`Name the classes of ${about ?? ''}`} size={560}>
      {about !== null && <ModelClassesForm model={about} />}
    </Modal>
  )
}

function ModelClassesForm({ model }: { model: string }) {
  const show = useDialogs((dialogs) => dialogs.show)
  const [picked, setPicked] = useState<PickedPlace | null>(null)
  const [name, setName] = useState('')
  const derive = useEngineAction('models.derive', { quiet: true })
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (picked === null) return
        const given = name.trim() === '' ? null : name.trim()
        void derive.run({ model, name: given, settings: { labels: picked.place } }).then((made) => {
          if (made !== null) show('predict')
        })
      }}
    >
      <PlacePicker want="file" picked={picked} onPick={setPicked} />
      <p className={classes.note}>
        One name a line in the order of the scores, or JSON as <code>id2label</code>. The model stays as it is; under
        these names it is another one beside it.
      </p>
      <TextInput
        label="Name"
        placeholder={`${model}-relabelled`}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {derive.error !== null && (
        <Alert color="orange" title="These names do not fit" role="alert">
          {derive.error.message}
        </Alert>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={() => show('predict')}>
          Back
        </Button>
        <Button type="submit" disabled={picked === null} loading={derive.isRunning}>
          Add
        </Button>
      </div>
    </form>
  )
}
