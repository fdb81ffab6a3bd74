// One sample of the review: the image, the values to choose from, and its neighbours in the queue.
import { Button, Kbd } from '@mantine/core'
import { useRef, type ReactNode } from 'react'
import type { ReviewItem } from '#contract/infer.ts'
import { formatCount } from '#core/format/numbers.ts'
import { useCommands, type Command } from '../app/commands.ts'
import { SampleImage } from '../common/sample-image.tsx'
import { PanZoom } from '../inspector/pan-zoom.tsx'
import { useSession } from '../session/session.ts'
import { certainty, choicesOf, describeItem, stripPlaces } from './review-model.ts'
import { useWalk, type Queue, type Walk } from './use-review.ts'
import { ValueSearch } from './value-search.tsx'
import classes from './review.module.css'

interface ReviewStageProps {
  readonly field: string
  readonly queue: Queue
  readonly words: readonly string[]
  /** What stands below the choices. */
  readonly aside: ReactNode
}

const stripLength = 15
/** Images fetched before they are shown. */
const fetchedAhead = 3

export function ReviewStage({ field, queue, words, aside }: ReviewStageProps) {
  const { dataset } = useSession()
  const walk = useWalk(field, queue)
  const search = useRef<HTMLInputElement>(null)
  const { at, id, item } = walk
  useReviewCommands(walk, () => search.current?.focus())
  if (id === null) return null
  const ahead = Array.from(queue.ids.subarray(at + 1, at + 1 + fetchedAhead))
  return (
    <div className={classes.stage}>
      <section className={classes.pictures} aria-label="Image to review">
        <div className={classes.picture}>
          <PanZoom resetKey={id}>
            <SampleImage dataset={dataset.id} id={id} size="image" alt={item?.fileName ?? `Sample ${id}`} />
          </PanZoom>
        </div>
        <Strip queue={queue} walk={walk} />
        <div className={classes.ahead} aria-hidden="true">
          {ahead.map((next) => (
            <SampleImage key={next} dataset={dataset.id} id={next} size="image" alt="" />
          ))}
        </div>
      </section>
      <aside className={classes.side}>
        <p
          className="f-dim"
          role="status"
          aria-live="polite"
          aria-label={item === null ? 'Loading' : describeItem(item, at, queue.ids.length)}
        >
          {formatCount(at + 1)} of {formatCount(queue.ids.length)}
          {item !== null && `, ${item.source === 'person' ? 'decided' : certainty(item)}`}
        </p>
        <h2 className={classes.value} data-none={item?.value === null || undefined}>
          {item === null ? '…' : (item.value ?? 'none of these')}
        </h2>
        {item !== null && <Choices item={item} walk={walk} />}
        <ValueSearch input={search} words={words} pick={(value) => walk.answer({ kind: 'value', value })} />
        <div className={classes.buttons}>
          <Button disabled={item?.value == null} onClick={() => walk.answer({ kind: 'confirm' })}>
            Confirm <Kbd ml={6}>↵</Kbd>
          </Button>
          <Button variant="default" onClick={() => walk.answer({ kind: 'clear' })}>
            None of these <Kbd ml={6}>x</Kbd>
          </Button>
          <Button variant="default" onClick={() => walk.go(at + 1)}>
            Skip <Kbd ml={6}>s</Kbd>
          </Button>
          <Button variant="default" onClick={walk.undo}>
            Undo <Kbd ml={6}>u</Kbd>
          </Button>
        </div>
        {aside}
      </aside>
    </div>
  )
}

function useReviewCommands(walk: Walk, focusSearch: () => void): void {
  const { item, at } = walk
  const group = 'Select and tag'
  const choices = item === null ? [] : choicesOf(item)
  const commands: readonly Command[] = [
    {
      id: 'review-confirm',
      title: 'Confirm the value',
      group,
      keys: ['Enter', 'y'],
      run: () => item?.value != null && walk.answer({ kind: 'confirm' }),
    },
    ...choices.map(({ value }, index): Command => ({
      id: `review-choose-${index + 1}`,
      title: `Set “${value}”`,
      group,
      keys: [`${index + 1}`],
      run: () => walk.answer({ kind: 'value', value }),
    })),
    { id: 'review-none', title: 'None of these values', group, keys: ['x'], run: () => walk.answer({ kind: 'clear' }) },
    { id: 'review-search', title: 'Find another value', group, keys: ['/', 'v'], run: focusSearch },
    { id: 'review-undo', title: 'Undo the last answer', group, keys: ['u', 'Mod+z'], run: walk.undo },
    {
      id: 'review-skip',
      title: 'Skip',
      group: 'Move',
      keys: ['s', 'ArrowRight', 'l', 'j'],
      run: () => walk.go(at + 1),
    },
    { id: 'review-back', title: 'Back', group: 'Move', keys: ['ArrowLeft', 'h', 'k'], run: () => walk.go(at - 1) },
  ]
  useCommands(commands)
}

function Choices({ item, walk }: { item: ReviewItem; walk: Walk }) {
  return (
    <ol className={classes.choices} aria-label="The model’s best values">
      {choicesOf(item).map(({ value, stands }, index) => (
        <li key={value}>
          <button
            type="button"
            className={classes.choice}
            aria-pressed={stands}
            onClick={() => walk.answer({ kind: 'value', value })}
          >
            <Kbd>{index + 1}</Kbd>
            {value}
          </button>
        </li>
      ))}
    </ol>
  )
}

function Strip({ queue: { ids }, walk }: { queue: Queue; walk: Walk }) {
  const { dataset } = useSession()
  return (
    <div className={classes.strip} role="group" aria-label="Neighbours in the queue">
      {stripPlaces(ids.length, walk.at, stripLength).map((place) => (
        <button
          key={place}
          type="button"
          tabIndex={-1}
          className={classes.thumb}
          aria-current={place === walk.at}
          aria-label={`Go to ${place + 1}`}
          onClick={() => walk.go(place)}
        >
          <SampleImage dataset={dataset.id} id={ids[place]!} alt="" fit="cover" />
        </button>
      ))}
    </div>
  )
}
