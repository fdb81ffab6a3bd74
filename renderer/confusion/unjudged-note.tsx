// How many samples are not judged, by reason; each opens its samples.
import { formatCount } from '#core/format/numbers.ts'
import { unjudgedReason, type UnjudgedReason } from '#core/confusion/unjudged-reason.ts'
import type { Confusion } from '#contract/confusion.ts'
import type { AxisEntry, EntryKind } from './axis-model.ts'
import type { ConfusionScreen } from './use-confusion.ts'
import classes from './confusion.module.css'

const why: Record<UnjudgedReason, string> = {
  'no class': 'Samples without a class',
  'no prediction': 'Samples without a prediction',
  'no accepted label': 'The model has no class for theirs, or a review found no label that fits',
}
/** The rows or columns that these samples have in the matrix. */
const entries: Record<UnjudgedReason, { readonly side: 'row' | 'column'; readonly kind: EntryKind }> = {
  'no class': { side: 'row', kind: 'no class' },
  'no prediction': { side: 'column', kind: 'no prediction' },
  'no accepted label': { side: 'row', kind: 'unaccepted' },
}

export function UnjudgedNote({ screen, confusion }: { screen: ConfusionScreen; confusion: Confusion }) {
  const { cellFilter, open, state } = screen
  const counts = countReasons(confusion)
  if (counts.length === 0) return null
  return (
    <p className={classes.unjudged}>
      <span className="f-dim">Not judged:</span>
      {counts.map(({ reason, count }) => {
        const { side, kind } = entries[reason]
        const entry: AxisEntry = { kind, name: '', members: [] }
        const [row, column] = side === 'row' ? [entry, null] : [null, entry]
        return (
          <button
            key={reason}
            type="button"
            title={`${why[reason]}. They count in no rate.`}
            onClick={(event) => open(cellFilter(confusion, row, column, state.value), event.altKey)}
          >
            {formatCount(count)} {reason}
          </button>
        )
      })}
    </p>
  )
}

/** A sample with neither class nor prediction counts in both: a click on either shows it. */
function countReasons({ classes: { length: none }, unjudged: { truth, predicted, count } }: Confusion) {
  const sums = new Map<UnjudgedReason, number>()
  const add = (reason: UnjudgedReason, cell: number) => sums.set(reason, (sums.get(reason) ?? 0) + (count[cell] ?? 0))
  for (let cell = 0; cell < count.length; cell += 1) {
    const [actual, answer] = [truth[cell] ?? none, predicted[cell] ?? none]
    add(unjudgedReason(actual, answer, none), cell)
    if (actual === none && answer === none) add('no prediction', cell)
  }
  return [...sums].map(([reason, sum]) => ({ reason, count: sum }))
}
