// Gives the view a name: its filter, screen, grouping and order.
import { Alert, Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatFilter } from '#core/filter/format.ts'
import { formatPath } from '#core/filter/names.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { formatSortPath } from '../session/session-link.ts'
import { useSession } from '../session/session.ts'
import classes from './form.module.css'

export function SaveViewDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'save-view'} onClose={close} title="Save this view" size={460}>
      <SaveViewForm close={close} />
    </Modal>
  )
}

function SaveViewForm({ close }: { close: () => void }) {
  const { dataset, filter, screen, groupBy, sort, recordDataAct } = useSession()
  const [name, setName] = useState('')
  const save = useEngineAction('views.save', { quiet: true })
  const where = formatFilter(filter)
  const exists = dataset.views.some((view) => view.name === name.trim())
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        const layout = {
          screen,
          groupBy: groupBy === null ? null : formatPath(groupBy),
          sort: sort === null ? null : formatSortPath(sort),
          descending: sort?.descending ?? false,
        }
        void save.run({ dataset: dataset.id, name: name.trim(), filter, layout }).then((saved) => {
          if (saved === null) return
          recordDataAct()
          close()
        })
      }}
    >
      <div className={classes.rule}>{where === '' ? 'everything' : where}</div>
      <TextInput
        label="Name"
        data-autofocus
        description={
          exists
            ? 'A view of this name is there already; it will be replaced.'
            : 'A view is a rule: it shows what matches when it is opened.'
        }
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {save.error !== null && (
        <Alert color="orange" role="alert">
          {save.error.message}
        </Alert>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={name.trim() === ''} loading={save.isRunning}>
          Save
        </Button>
      </div>
    </form>
  )
}
