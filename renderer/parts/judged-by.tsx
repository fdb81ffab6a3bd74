// How the chosen runs were judged, beside their figures; a warning where they answer different questions.
import { IconAlertTriangle } from '@tabler/icons-react'
import { describeJudging } from '#core/compare/describe-protocols.ts'
import { useSession } from '../session/session.ts'
import classes from './parts.module.css'

export function JudgedBy({ models }: { models: readonly string[] }) {
  const { dataset } = useSession()
  const { text, isMixed } = describeJudging(dataset.runs.filter(({ model }) => models.includes(model)))
  if (text === '') return null
  return (
    <p className={classes.judged} data-mixed={isMixed} role={isMixed ? 'note' : undefined}>
      {isMixed && <IconAlertTriangle size={14} aria-hidden="true" />}
      {text}
    </p>
  )
}
