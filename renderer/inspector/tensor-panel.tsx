// The image as a model saw it: what was cut out of it, and the tensor drawn back. Drawn only while it is open.
import { ActionIcon, Button, Modal, NativeSelect, Skeleton } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconMaximize } from '@tabler/icons-react'
import { useState } from 'react'
import { useDialogs } from '../app/dialog-store.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { createViewState } from '../parts/view-state.ts'
import { orderModels } from '../preprocessing/tensor-model.ts'
import { TensorView } from '../preprocessing/tensor-view.tsx'
import styles from '../preprocessing/tensor.module.css'
import { useSession } from '../session/session.ts'
import classes from './inspector.module.css'

interface PanelState {
  readonly isOpen: boolean
  readonly model: string | null
}

const usePanelState = createViewState<PanelState>({ isOpen: false, model: null })

export function TensorPanel({ id }: { id: number }) {
  const { dataset, model: inView } = useSession()
  const [{ isOpen, model: chosen }, change] = usePanelState(dataset.id)
  const models = useEngineQuery('models.list', {})
  const names = orderModels(models.data ?? [], dataset.runs, inView)
  const model = chosen !== null && names.includes(chosen) ? chosen : names[0]
  if (model === undefined) return null
  const Chevron = isOpen ? IconChevronDown : IconChevronRight
  return (
    <section className={classes.section} aria-label="As the model saw it">
      <div className={styles.head}>
        <h3>
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={isOpen}
            onClick={() => change({ isOpen: !isOpen })}
          >
            <Chevron size={12} aria-hidden="true" />
            As the model saw it
          </button>
        </h3>
        {isOpen && names.length > 1 && (
          <NativeSelect
            size="xs"
            variant="unstyled"
            aria-label="Which model"
            data={[...names]}
            value={model}
            onChange={(event) => change({ model: event.currentTarget.value })}
          />
        )}
      </div>
      {isOpen && <Tensor id={id} model={model} />}
    </section>
  )
}

function Tensor({ id, model }: { id: number; model: string }) {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const [isLarge, setLarge] = useState(false)
  const tensor = useEngineQuery('models.tensor', { dataset: dataset.id, id, model })
  if (tensor.status === 'loading') return <Skeleton height={160} />
  if (tensor.status === 'error') return <p className={classes.facts}>{tensor.error.message}</p>
  const shown = { dataset: dataset.id, id, model, tensor: tensor.data }
  return (
    <div className={tensor.isStale ? 'f-stale' : ''} aria-busy={tensor.isStale}>
      <TensorView {...shown} />
      <div className={styles.actions}>
        <Button variant="default" size="compact-xs" onClick={() => show('check-preprocessing', model)}>
          Check the preprocessing…
        </Button>
        <ActionIcon aria-label="Enlarge" title="Enlarge" onClick={() => setLarge(true)}>
          <IconMaximize size={14} />
        </ActionIcon>
      </div>
      <Modal opened={isLarge} onClose={() => setLarge(false)} title={`As ${model} saw it`} size={1080}>
        <TensorView {...shown} isLarge />
      </Modal>
    </div>
  )
}
