// The label-error queue: images on which every model gives the same wrong label, by pair of labels.
import { Button } from '@mantine/core'
import { IconArrowRight } from '@tabler/icons-react'
import type { Comparison } from '#contract/analysis.ts'
import { SparkBar } from '../charts/spark-bar.tsx'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { createViewState } from '../parts/view-state.ts'
import { SaveMenu } from '../save/save-menu.tsx'
import { unanimousCsv } from './models-csv.ts'
import { unanimousFilter } from './models-model.ts'
import type { ModelsScreen } from './use-models.ts'
import classes from './models.module.css'

const shownAtFirst = 12

const useUnanimousState = createViewState({ all: false })

export function UnanimousPanel({
  screen,
  comparison,
  unanimous: { count, labels },
}: {
  screen: ModelsScreen
  comparison: Comparison
  unanimous: NonNullable<Comparison['unanimous']>
}) {
  const { dataset } = screen.session
  const [{ all }, change] = useUnanimousState(dataset.id)
  const shown = all ? labels : labels.slice(0, shownAtFirst)
  const most = Math.max(1, ...labels.map((pair) => pair.count))
  const show = (pair: { truth: string; predicted: string } | null) =>
    screen.showImages(unanimousFilter(comparison.models, dataset.classField, pair))
  return (
    <section aria-label="Unanimous wrong labels">
      <header className={classes.sectionHead}>
        <h2>Same wrong label from all {comparison.models.length}</h2>
        {count > 0 && (
          <Button variant="subtle" size="compact-xs" onClick={() => show(null)}>
            Show all {formatCount(count)}
          </Button>
        )}
        {count > 0 && <SaveMenu name="Same wrong label" rows={() => unanimousCsv(comparison)} />}
      </header>
      <p className={classes.say}>
        {count === 0
          ? 'On no image do all models give the same wrong label.'
          : `${formatPlural(count, 'image')}: where models that err differently agree, the label itself may be wrong.`}
      </p>
      <ol className={classes.pairs}>
        {shown.map((pair) => (
          <li key={`${pair.truth}\n${pair.predicted}`}>
            <button type="button" onClick={() => show(pair)}>
              <span className={classes.pairName}>
                {pair.truth} <IconArrowRight size={12} aria-label="answered" /> {pair.predicted}
              </span>
              <SparkBar share={pair.count / most} />
              <span className={classes.pairCount}>{formatCount(pair.count)}</span>
            </button>
          </li>
        ))}
      </ol>
      {labels.length > shownAtFirst && (
        <button type="button" className={classes.more} onClick={() => change({ all: !all })}>
          {all ? 'Show fewer' : `Show ${formatCount(labels.length - shownAtFirst)} more`}
        </button>
      )}
    </section>
  )
}
