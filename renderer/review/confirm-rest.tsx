// Confirms everything from a margin on at once, with the count said before.
import { Button, Modal, NumberInput } from '@mantine/core'
import { useState } from 'react'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { useConfirmRest, useRestCount } from './use-review.ts'
import classes from './review.module.css'

export function ConfirmRest({ field, model }: { field: string; model: string }) {
  const [least, setLeast] = useState(0.5)
  const [asks, setAsks] = useState(false)
  const confirm = useConfirmRest(field)
  const count = useRestCount(field, model, least).data?.total ?? 0
  return (
    <section className={classes.section} aria-label="Confirm many at once">
      <h3>Confirm many at once</h3>
      <div className={classes.line}>
        <NumberInput
          label="Margins from"
          min={0}
          max={1}
          step={0.05}
          decimalScale={3}
          clampBehavior="strict"
          value={least}
          onChange={(value) => typeof value === 'number' && setLeast(value)}
          w={84}
        />
        <Button variant="default" disabled={count === 0} onClick={() => setAsks(true)}>
          Confirm {formatCount(count)}…
        </Button>
      </div>
      <Modal opened={asks} onClose={() => setAsks(false)} title="Confirm many values" size={420}>
        <p>
          {formatPlural(count, 'value')} in this view, as the model found {count === 1 ? 'it' : 'them'}, will count as
          confirmed by a person. What somebody has decided already stays. Undo takes all of it back.
        </p>
        <div className={classes.buttons}>
          <Button variant="default" onClick={() => setAsks(false)}>
            Cancel
          </Button>
          <Button
            data-autofocus
            onClick={() => {
              setAsks(false)
              void confirm(least)
            }}
          >
            Confirm {formatPlural(count, 'value')}
          </Button>
        </div>
      </Modal>
    </section>
  )
}
