// Which runs the figures are about: one in focus (captions, confusion, gallery headings), and those that are compared.
import { ActionIcon, Button, Checkbox, Menu, Radio } from '@mantine/core'
import { IconChevronDown, IconPlus } from '@tabler/icons-react'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { shortenMiddle } from '#core/format/shorten.ts'
import { useSession } from '../session/session.ts'
import { useDialogs } from './dialog-store.ts'
import classes from './model-picker.module.css'

/** What tells runs of one model apart stands at the end of their names. */
const nameLength = 26

export function ModelPicker() {
  const { dataset, model, models, setModel, setModels } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  if (model === null) {
    return (
      <Button my="auto" size="compact-xs" leftSection={<IconPlus size={14} />} onClick={() => show('predict')}>
        Predict
      </Button>
    )
  }
  const toggle = (name: string) => {
    const next = models.includes(name) ? models.filter((other) => other !== name) : [...models, name]
    if (next.length > 0) setModels(next)
  }
  return (
    <div className={classes.picker}>
      <Menu closeOnItemClick={false} position="bottom-end" width={340}>
        <Menu.Target>
          <button type="button" className={classes.button} aria-label={`Models: ${model} in focus`}>
            <span className={classes.name}>{shortenMiddle(model, nameLength)}</span>
            {models.length > 1 && <span className={classes.more}>+{models.length - 1}</span>}
            <IconChevronDown size={14} aria-hidden />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          <div className={classes.head}>
            <span>Focus</span>
            <span>Compare</span>
            <span className={classes.grow}>Model</span>
            <span>Accuracy</span>
          </div>
          {dataset.runs.map((run) => (
            <div key={run.model} className={classes.row}>
              <Radio
                size="xs"
                aria-label={`Focus on ${run.model}`}
                checked={run.model === model}
                onChange={() => setModel(run.model)}
              />
              <Checkbox
                aria-label={`Compare ${run.model}`}
                checked={models.includes(run.model)}
                onChange={() => toggle(run.model)}
              />
              <span className={classes.grow}>{run.model}</span>
              <span className="f-dim">
                {run.accuracy === null ? '–' : `${formatRate(run.accuracy)} of ${formatCount(run.judged)}`}
                <small> {run.protocol}</small>
              </span>
            </div>
          ))}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon aria-label="Predict with another model" onClick={() => show('predict')}>
        <IconPlus size={16} />
      </ActionIcon>
    </div>
  )
}
