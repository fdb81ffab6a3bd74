// What Foible noticed about the dataset: what it did about it, the images it is about, and the repair on offer.
import { IconInfoCircle, IconCircleCheck } from '@tabler/icons-react'
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { FindingInfo } from '#contract/common.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useSession } from '../session/session.ts'
import { actionText, arrangeFindings, exampleText } from './lint-model.ts'
import classes from './overview.module.css'
import { RepairDialog } from './repair-dialog.tsx'

export function LintPanel() {
  const { dataset } = useSession()
  const look = useEngineAction('lint.run')
  const [asked, setAsked] = useState<FindingInfo | null>(null)
  const open = arrangeFindings(dataset.findings.filter((finding) => finding.repaired === null))
  const repaired = dataset.findings.filter((finding) => finding.repaired !== null)
  return (
    <section aria-label="Dataset findings">
      <header className={classes.sectionHead}>
        <h2>Dataset</h2>
        <Button
          variant="subtle"
          size="compact-xs"
          loading={look.isRunning}
          onClick={() => void look.run({ dataset: dataset.id })}
        >
          Look again
        </Button>
      </header>
      {open.length === 0 && (
        <p className={classes.fine}>
          <IconCircleCheck size={16} aria-hidden="true" /> Nothing odd about the images, the labels or the files.
        </p>
      )}
      <ul className={classes.lint}>
        {open.map((finding) => (
          <FindingRow key={finding.rule} finding={finding} onRepair={() => setAsked(finding)} />
        ))}
        {repaired.map((finding) => (
          <li key={finding.rule}>
            <IconCircleCheck size={16} aria-hidden="true" />
            <span className="f-dim">{finding.repaired}</span>
          </li>
        ))}
      </ul>
      <RepairDialog finding={asked} onClose={() => setAsked(null)} />
    </section>
  )
}

/** Rules that lead to a dialog of their own. */
const asksMore: ReadonlySet<string> = new Set(['unmapped_class', 'moved_revision'])

function FindingRow({ finding, onRepair }: { finding: FindingInfo; onRepair: () => void }) {
  const session = useSession()
  const showDialog = useDialogs((dialogs) => dialogs.show)
  const { rule, message, examples, samples, repair } = finding
  const action = actionText(finding)
  const show = () => {
    session.setFilter({ kind: 'finding', rule })
    session.setScreen('gallery')
  }
  return (
    <li>
      <IconInfoCircle size={16} aria-hidden="true" />
      <div>
        <span>{message}</span>
        {action !== '' && <span className="f-dim"> {action}</span>}
        {(samples !== null || repair !== null || asksMore.has(rule)) && (
          <div className={classes.lintActions}>
            {samples !== null && (
              <Button variant="default" size="compact-xs" onClick={show}>
                Show {formatPlural(samples, 'image')}
              </Button>
            )}
            {rule === 'unmapped_class' && (
              <Button variant="default" size="compact-xs" onClick={() => showDialog('labels')}>
                Review classes
              </Button>
            )}
            {rule === 'moved_revision' && (
              <Button variant="default" size="compact-xs" onClick={() => showDialog('revision')}>
                Compare
              </Button>
            )}
            {repair !== null && (
              <Button variant="default" size="compact-xs" onClick={onRepair}>
                {repair.words}
              </Button>
            )}
          </div>
        )}
        {examples.length === 1 && <div className={classes.lintExample}>{exampleText(finding)}</div>}
        {examples.length > 1 && (
          <details>
            <summary>{exampleText(finding)}</summary>
            <ul>
              {examples.map((example) => (
                <li key={example}>{example}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  )
}
