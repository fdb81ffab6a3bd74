// Asks before a repair: with the number of samples it touches, and whether it can be taken back.
import { Button, Modal } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { FindingInfo } from '#contract/common.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useSession, useSessionContext } from '../session/session.ts'
import classes from '../dialogs/form.module.css'
import { repairConsequence, repairWords } from './lint-model.ts'

export function RepairDialog({ finding, onClose }: { finding: FindingInfo | null; onClose: () => void }) {
  return (
    <Modal opened={finding !== null} onClose={onClose} title={finding?.repair?.words ?? 'Repair'} size={480}>
      {finding !== null && <RepairForm finding={finding} onClose={onClose} />}
    </Modal>
  )
}

function RepairForm({ finding, onClose }: { finding: FindingInfo; onClose: () => void }) {
  const { dataset } = useSession()
  const { store } = useSessionContext()
  const repair = useEngineAction('lint.repair')
  const removes = finding.repair?.removes === true
  const submit = async () => {
    const answer = await repair.run({ dataset: dataset.id, rule: finding.rule })
    if (answer === null) return
    // Undo takes back the newest act, whatever it was: this one counts among them.
    if (!removes) store.getState().recordDataAct()
    notifications.show({ message: answer.done, autoClose: 5000 })
    onClose()
  }
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <p className={classes.note}>{finding.message}</p>
      <p>{repairConsequence(finding)}</p>
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" {...(removes ? { color: 'red' } : {})} loading={repair.isRunning}>
          {repairWords(finding)}
        </Button>
      </div>
    </form>
  )
}
