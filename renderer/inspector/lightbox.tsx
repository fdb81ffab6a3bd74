// One sample as large as the window allows, with the answers below. Arrow keys lead on, Escape closes.
import { ActionIcon, Modal } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { SampleImage } from '../common/sample-image.tsx'
import { Verdict } from '../common/verdict.tsx'
import { useSession } from '../session/session.ts'
import { formatProbability } from './inspector-model.ts'
import { displayName } from '#core/labels/map-classes.ts'
import classes from './lightbox.module.css'
import { PanZoom } from './pan-zoom.tsx'

interface LightboxProps {
  readonly id: number
  readonly close: () => void
  readonly next: () => void
  readonly previous: () => void
}

export function Lightbox({ id, close, next, previous }: LightboxProps) {
  const { dataset } = useSession()
  const sample = useEngineQuery('samples.get', { dataset: dataset.id, id })
  const title = sample.status === 'ready' ? (sample.data.label ?? sample.data.fileName) : 'Sample'
  return (
    <Modal
      opened
      onClose={close}
      title={displayName(title)}
      fullScreen
      classNames={{ content: classes.content, body: classes.body }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowRight' || event.key === 'l') next()
        if (event.key === 'ArrowLeft' || event.key === 'h') previous()
        if (event.key === 'Enter' || event.key === ' ') close()
      }}
    >
      <div className={classes.stage}>
        <PanZoom resetKey={id}>
          <SampleImage dataset={dataset.id} id={id} size="image" alt={title} />
        </PanZoom>
        <ActionIcon
          className={classes.previous}
          size={36}
          variant="default"
          aria-label="Previous image"
          onClick={previous}
        >
          <IconChevronLeft size={20} />
        </ActionIcon>
        <ActionIcon className={classes.next} size={36} variant="default" aria-label="Next image" onClick={next}>
          <IconChevronRight size={20} />
        </ActionIcon>
      </div>
      <div className={classes.answers}>
        {sample.status === 'ready' &&
          sample.data.predictions.map(({ model, correct, answers: [top] }) => (
            <span key={model} className={classes.answer}>
              <Verdict correct={correct} />
              <span className="f-dim">{model}</span>
              {top !== undefined && displayName(top.name)}
              {top?.probability != null && <span className="f-dim">{formatProbability(top.probability)}</span>}
            </span>
          ))}
      </div>
    </Modal>
  )
}
