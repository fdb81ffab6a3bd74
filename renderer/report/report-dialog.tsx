// Takes the findings away: one page with figures, thumbnails and evidence, to be read without Foible.
import { Alert, Button, Modal, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatFilter } from '#core/filter/format.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { exportName } from '../dialogs/export-model.ts'
import classes from '../dialogs/form.module.css'
import { PlacePicker, type PickedPlace } from '../dialogs/place-picker.tsx'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useSession } from '../session/session.ts'

export function ReportDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'report'} onClose={close} title="Write a report" size={620}>
      <ReportForm close={close} />
    </Modal>
  )
}

interface Written {
  readonly html: string
  readonly markdown: string
  readonly findings: number
}

function ReportForm({ close }: { close: () => void }) {
  const { dataset, filter, models } = useSession()
  const [picked, setPicked] = useState<PickedPlace | null>(null)
  const [name, setName] = useState(() => `${exportName(dataset.id, filter)}-report`)
  const [written, setWritten] = useState<Written | null>(null)
  const write = useEngineAction('reports.write', { quiet: true })
  const where = formatFilter(filter)
  if (written !== null) {
    return (
      <div className={classes.form}>
        <p role="status">
          {written.html} and {written.markdown} are written, with {formatPlural(written.findings, 'finding')}.
        </p>
        <div className={classes.actions}>
          <Button onClick={close} data-autofocus>
            Close
          </Button>
        </div>
      </div>
    )
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (picked === null) return
        const input = { dataset: dataset.id, filter, models: [...models], place: picked.place, name: name.trim() }
        void write.run(input).then((answer) => (answer === null ? undefined : setWritten(answer)))
      }}
    >
      <div className={classes.rule}>{where === '' ? 'everything' : where}</div>
      <PlacePicker want="target" picked={picked} onPick={setPicked} />
      <TextInput
        label="Name of the files"
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <p className={classes.note}>
        One HTML page and the same as Markdown: the findings on {formatPlural(models.length, 'model')} under this
        filter, with figures, intervals, thumbnails and evidence. The same inputs give the same bytes.
      </p>
      {write.error !== null && (
        <Alert color="orange" role="alert">
          {write.error.message}
        </Alert>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button
          type="submit"
          disabled={picked === null || name.trim() === '' || models.length === 0}
          loading={write.isRunning}
        >
          Write
        </Button>
      </div>
    </form>
  )
}
