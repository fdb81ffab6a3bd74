// One model in the Predict dialog: what it is, what it has predicted here, and under which protocol it is to predict.
import { Checkbox, Select, Textarea } from '@mantine/core'
import type { ModelInfo } from '#contract/work.ts'
import { protocols } from '#core/sample.ts'
import { CheckHint } from '../preprocessing/check-hint.tsx'
import { useSession } from '../session/session.ts'
import classes from './form.module.css'
import { ModelActions } from './model-actions.tsx'
import { ModelCard } from './model-card.tsx'
import { type ModelChoice, protocolOf, protocolWords, runText, runsOfModel } from './predict-model.ts'

interface PredictRowProps {
  readonly model: ModelInfo
  readonly isWanted: boolean
  readonly choice: ModelChoice | undefined
  readonly onWant: (isWanted: boolean) => void
  readonly onChoose: (choice: ModelChoice) => void
}

export function PredictRow({ model, isWanted, choice, onWant, onChoose }: PredictRowProps) {
  const { dataset } = useSession()
  const protocol = protocolOf(model, choice)
  return (
    <li className={classes.model}>
      <Checkbox
        aria-label={model.name}
        checked={isWanted}
        disabled={protocol === null}
        onChange={(event) => onWant(event.currentTarget.checked)}
      />
      <ModelCard model={model} actions={<ModelActions model={model} />} />
      {protocol !== null && <CheckHint model={model} />}
      {runsOfModel(model, dataset.runs).map((run) => (
        <span key={run.id} className={classes.card}>
          {runText(run, dataset)}
        </span>
      ))}
      {protocol === null && <span className={classes.card}>It describes images and names no classes.</span>}
      {isWanted && model.protocols.length > 1 && (
        <Select
          className={classes.choice ?? ''}
          size="xs"
          aria-label={`What ${model.name} may answer`}
          data={model.protocols.map((value) => ({ value, label: protocolWords[value] }))}
          value={protocol}
          allowDeselect={false}
          onChange={(value) => {
            const picked = protocols.find((known) => known === value)
            if (picked !== undefined) onChoose({ ...choice, protocol: picked })
          }}
        />
      )}
      {isWanted && protocol === 'zero-shot' && (
        <Textarea
          className={classes.choice ?? ''}
          size="xs"
          label="Prompts"
          description="One a line; {} stands for the class. Several are averaged."
          autosize
          maxRows={6}
          value={choice?.templates ?? model.templates.join('\n')}
          onChange={(event) => onChoose({ ...choice, templates: event.currentTarget.value })}
        />
      )}
    </li>
  )
}
