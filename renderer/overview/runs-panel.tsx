// The runs that the figures come from, with their evidence: accuracy, protocol, provider, preprocessing.
import { Button } from '@mantine/core'
import { useDialogs } from '../app/dialog-store.ts'
import { categoryColor } from '../charts/palette.ts'
import { useSession } from '../session/session.ts'
import { accuracyText, runFacts } from './overview-model.ts'
import { RunActions } from './run-actions.tsx'
import classes from './overview.module.css'

export function RunsPanel() {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  return (
    <section aria-label="Runs">
      <header className={classes.sectionHead}>
        <h2>Runs</h2>
        {dataset.cube === null && (
          <Button variant="subtle" size="compact-xs" onClick={() => show('predict')}>
            Predict
          </Button>
        )}
      </header>
      {dataset.runs.length === 0 && <p className={classes.fine}>Nothing has been predicted yet.</p>}
      {dataset.runs.map((run, index) => (
        <details key={run.id} className={classes.run}>
          <summary>
            <svg width="10" height="10" aria-hidden="true">
              <circle cx="5" cy="5" r="4" fill={categoryColor(index)} />
            </svg>
            <span className={classes.runName}>{run.model}</span>
            <span className={classes.runAccuracy}>{accuracyText(run)}</span>
          </summary>
          <dl>
            {runFacts(run, dataset.samples).map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <RunActions run={run} />
        </details>
      ))}
    </section>
  )
}
