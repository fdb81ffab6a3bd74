// The bottom line: how many samples the view holds, what is selected, and the long work going on.
import { IconTag } from '@tabler/icons-react'
import { nounOf } from '#core/format/noun-of.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { JobsIndicator } from '../jobs/jobs-indicator.tsx'
import { useSession } from '../session/session.ts'
import { useDialogs } from './dialog-store.ts'
import classes from './status-bar.module.css'

export function StatusBar() {
  const { dataset, filter, selectedIds, setSelected } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const noun = nounOf(dataset)
  const counts = useEngineQuery('query.counts', { dataset: dataset.id, filter, facets: [], top: 1 })
  return (
    <footer className={classes.bar}>
      <span className={counts.isStale ? 'f-stale' : ''} role="status" aria-label="Samples in view">
        {counts.status === 'ready'
          ? `${formatCount(counts.data.total)} of ${formatPlural(counts.data.samples, noun)}`
          : formatPlural(dataset.samples, noun)}
      </span>
      {selectedIds.size > 0 && (
        <>
          <span>· {formatCount(selectedIds.size)} selected</span>
          <button type="button" className={classes.link} onClick={() => show('tag')}>
            <IconTag size={13} aria-hidden /> Tag
          </button>
          <button type="button" className={classes.link} onClick={() => setSelected([])}>
            Clear
          </button>
        </>
      )}
      <span className={classes.grow} />
      <JobsIndicator />
      <button type="button" className={classes.link} onClick={() => show('help')}>
        Keys <kbd>?</kbd>
      </button>
    </footer>
  )
}
