// One ranked finding: the sentence, its figures as a picture, and images. Opens the Gallery under its filter.
import type { RankedFinding } from '#contract/analysis.ts'
import { IntervalBar } from '../charts/interval-bar.tsx'
import { formatCount, formatInterval, formatRate } from '#core/format/numbers.ts'
import { within } from '../parts/filters.ts'
import { SliceBadge } from '../parts/slice-badge.tsx'
import { ThumbStrip } from '../parts/thumb-strip.tsx'
import { useSession } from '../session/session.ts'
import { findingFigures, keepFiguresWhole, splitSentence } from './overview-model.ts'
import classes from './overview.module.css'

interface FindingCardProps {
  readonly finding: RankedFinding
  /** Said beside the figures. */
  readonly note?: string | null
}

export function FindingCard({ finding, note = null }: FindingCardProps) {
  const { filter, showImages } = useSession()
  return (
    <li className={classes.finding}>
      <button type="button" className={classes.sentence} onClick={() => showImages(within(filter, finding.filter))}>
        <Sentence finding={finding} />
      </button>
      <div className={classes.figures}>
        <SliceBadge badge={finding.badge} />
        <span className={classes.field}>{finding.field}</span>
        <div className={classes.bar}>
          <IntervalBar
            value={finding.rate}
            interval={finding.wilson}
            expected={finding.expected}
            tone={finding.badge === 'less' ? 'less' : 'more'}
            label={findingFigures(finding)}
          />
        </div>
        <span className={classes.rate}>
          {formatRate(finding.rate)} <span className="f-dim">{formatInterval(finding.wilson)}</span>{' '}
          <span className="f-dim">n {formatCount(finding.n)}</span>
        </span>
        {note !== null && <span className="f-dim">{note}</span>}
      </div>
      {finding.strip.length > 0 && <ThumbStrip ids={finding.strip} size={64} />}
    </li>
  )
}

function Sentence({ finding }: { finding: RankedFinding }) {
  const { before, value, after } = splitSentence(finding)
  return (
    <>
      {before}
      <strong>{value}</strong>
      {keepFiguresWhole(after)}
    </>
  )
}
