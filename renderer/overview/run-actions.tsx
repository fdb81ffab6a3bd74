// What can be done with a run: another name, its classes reviewed, its predictions deleted.
import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { RunInfo } from '#contract/library.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useSession } from '../session/session.ts'
import classes from './overview.module.css'

export function RunActions({ run }: { run: RunInfo }) {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const [doing, setDoing] = useState<'nothing' | 'renaming' | 'deleting'>('nothing')
  const remove = useEngineAction('runs.delete')
  if (doing === 'renaming') return <Rename run={run} onDone={() => setDoing('nothing')} />
  if (doing === 'deleting') {
    return (
      <div className={classes.runActions} role="alert">
        <span>Delete {formatPlural(run.predicted, 'prediction')}? Nothing brings them back but predicting again.</span>
        <Button size="compact-xs" variant="default" onClick={() => setDoing('nothing')}>
          Keep them
        </Button>
        <Button
          size="compact-xs"
          color="red"
          loading={remove.isRunning}
          onClick={() => void remove.run({ dataset: dataset.id, model: run.model })}
        >
          Delete
        </Button>
      </div>
    )
  }
  return (
    <div className={classes.runActions}>
      {dataset.cube === null && (
        <Button variant="subtle" size="compact-xs" onClick={() => show('labels', run.model)}>
          Review classes
        </Button>
      )}
      <Button variant="subtle" size="compact-xs" onClick={() => setDoing('renaming')}>
        Rename…
      </Button>
      <Button variant="subtle" size="compact-xs" color="red" onClick={() => setDoing('deleting')}>
        Delete…
      </Button>
    </div>
  )
}

function Rename({ run, onDone }: { run: RunInfo; onDone: () => void }) {
  const { dataset } = useSession()
  const [name, setName] = useState(run.model)
  const rename = useEngineAction('runs.rename', { quiet: true })
  return (
    <form
      className={classes.runActions}
      onSubmit={(event) => {
        event.preventDefault()
        void rename.run({ dataset: dataset.id, model: run.model, name }).then((made) => {
          if (made !== null) onDone()
        })
      }}
    >
      <TextInput
        size="xs"
        aria-label={`Name of ${run.model}`}
        value={name}
        error={rename.error?.message}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Button size="compact-xs" variant="default" onClick={onDone}>
        Cancel
      </Button>
      <Button size="compact-xs" type="submit" disabled={name.trim() === ''} loading={rename.isRunning}>
        Rename
      </Button>
    </form>
  )
}
