// One line under a model that is about to predict: what a check of its preprocessing said, or that one would be well.
import { useDialogs } from '../app/dialog-store.ts'
import type { ModelInfo } from '#contract/work.ts'
import { useSession } from '../session/session.ts'
import { isGuessed, verdictWords } from './check-model.ts'
import classes from './hint.module.css'
import { useDoneCheck } from './use-check.ts'

export function CheckHint({ model }: { model: ModelInfo }) {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const done = useDoneCheck(dataset.id, model.name)
  if (done === null && !isGuessed(model)) return null
  const words =
    done === null ? 'Nothing says for certain how images are prepared for it.' : `${verdictWords[done.verdict]}.`
  return (
    <span className={classes.hint} data-verdict={done?.verdict ?? 'open'}>
      {words}{' '}
      <button type="button" onClick={() => show('check-preprocessing', model.name)}>
        {done === null ? 'Check it on 64 images…' : 'See the check…'}
      </button>
    </span>
  )
}
