// Looks for a newer revision of the open dataset on the Hub, says what it would change, and takes it over.
import { Alert, Button, Modal, Skeleton } from '@mantine/core'
import type { RevisionDiff } from '#contract/hub.ts'
import { useDialogs } from '../app/dialog-store.ts'
import classes from '../dialogs/form.module.css'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { describeLoss, listChanges } from './revision-model.ts'

export function RevisionDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'revision'} onClose={close} title="Newer revision" size={560}>
      <Revision close={close} />
    </Modal>
  )
}

function Revision({ close }: { close: () => void }) {
  const { dataset } = useSession()
  const diff = useEngineQuery('revisions.compare', { dataset: dataset.id })
  if (diff.status === 'loading' || diff.isStale) return <Skeleton height={140} aria-label="Asking the Hub" />
  if (diff.status === 'error') {
    return (
      <div className={classes.form}>
        <Alert color="red" role="alert">
          {diff.error.message}
        </Alert>
        <div className={classes.actions}>
          <Button variant="default" onClick={close}>
            Close
          </Button>
          <Button onClick={diff.retry}>Ask again</Button>
        </div>
      </div>
    )
  }
  return diff.data.isNewer ? <Changes diff={diff.data} close={close} /> : <NothingNew diff={diff.data} close={close} />
}

function NothingNew({ diff, close }: { diff: RevisionDiff; close: () => void }) {
  return (
    <div className={classes.form}>
      <p className={classes.note}>
        Nothing new: “{diff.revision}” of {diff.repo} is {diff.to.slice(0, 7)}, which is what you have.
      </p>
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Close
        </Button>
      </div>
    </div>
  )
}

function Changes({ diff, close }: { diff: RevisionDiff; close: () => void }) {
  const { dataset } = useSession()
  const take = useEngineAction('revisions.take')
  const loss = describeLoss(diff)
  const submit = async () => {
    const started = await take.run({ dataset: dataset.id, sha: diff.to })
    if (started !== null) close()
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <p className={classes.note}>
        “{diff.revision}” of {diff.repo} is {diff.to.slice(0, 7)} now; you have {diff.from.slice(0, 7)}.
      </p>
      <ul className={classes.findings} aria-label="What changes">
        {listChanges(diff).map(({ kind, text, examples }) => (
          <li key={kind}>
            {text}
            {examples.length > 0 && <div className="f-dim">{examples.slice(0, 4).join(', ')}</div>}
          </li>
        ))}
      </ul>
      <p className={classes.note}>
        Tags, views, joined fields and the predictions of images that are the same stay. What you did before can no
        longer be undone afterwards.
      </p>
      {loss !== null && (
        <Alert color="orange" role="alert">
          {loss}
        </Alert>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Keep what I have
        </Button>
        <Button type="submit" loading={take.isRunning}>
          Update
        </Button>
      </div>
    </form>
  )
}
