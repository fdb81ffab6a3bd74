// What the importer noticed about the dataset, and what it did about it.
import { IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import { formatCount } from '#core/format/numbers.ts'
import { useSession } from '../session/session.ts'
import classes from './overview.module.css'

export function LintPanel() {
  const { findings } = useSession().dataset
  return (
    <section aria-label="Dataset findings">
      <header className={classes.sectionHead}>
        <h2>Dataset</h2>
      </header>
      {findings.length === 0 && (
        <p className={classes.fine}>
          <IconCircleCheck size={16} aria-hidden="true" /> The importer noticed nothing wrong.
        </p>
      )}
      <ul className={classes.lint}>
        {findings.map((finding) => (
          <li key={finding.rule}>
            <IconInfoCircle size={16} aria-hidden="true" />
            <div>
              <span>{finding.message}</span>
              {finding.action !== '' && <span className="f-dim"> {finding.action}</span>}
              {finding.examples.length > 0 && (
                <details>
                  <summary>
                    {formatCount(finding.count)}, e.g. {finding.examples[0]}
                  </summary>
                  <ul>
                    {finding.examples.map((example) => (
                      <li key={example}>{example}</li>
                    ))}
                  </ul>
                </details>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
