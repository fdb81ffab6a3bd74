// Overview, "What fools the model": ranked findings over all fields, and beside them what they rest on.
import { Button } from '@mantine/core'
import type { Overview } from '#contract/analysis.ts'
import type { Discovery } from '#contract/discovery.ts'
import { clausesOf } from '#core/filter/clauses.ts'
import { everything } from '#core/filter/expr.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { CubePanel } from '../cube/cube-panel.tsx'
import type { EngineQuery } from '../engine/use-engine-query.ts'
import { AccuracyPanel } from '../models/accuracy-panel.tsx'
import { JudgedBy } from '../parts/judged-by.tsx'
import { ModelPicker } from '../parts/model-picker.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { SelectionNote } from '../parts/selection-note.tsx'
import { SaveMenu } from '../save/save-menu.tsx'
import { findingsCsv } from './findings-csv.ts'
import type { Session } from '../session/session.ts'
import { carriedNotes } from './discovery-model.ts'
import { DiscoveryPanel } from './discovery-panel.tsx'
import { FindingCard } from './finding-card.tsx'
import { LintPanel } from './lint-panel.tsx'
import { findingKey, overviewTitle } from './overview-model.ts'
import { RunsPanel } from './runs-panel.tsx'
import { useOverview } from './use-overview.ts'
import classes from './overview.module.css'

export function OverviewView() {
  const { session, query, discovery } = useOverview()
  const show = useDialogs((dialogs) => dialogs.show)
  const { cube } = session.dataset
  const hasRuns = session.models.length > 0
  return (
    <div className={classes.view}>
      <div className={classes.columns}>
        <section className={classes.main} aria-label="What fools the model">
          <header className={classes.head}>
            <h1>What fools the {session.models.length > 1 ? 'models' : 'model'}</h1>
            {hasRuns && <ModelPicker />}
          </header>
          {hasRuns ? (
            <QueryView query={query} name="Findings" lines={10}>
              {(overview) => <Findings overview={overview} discovery={discovery} session={session} />}
            </QueryView>
          ) : (
            <div className={classes.nothing}>
              <p>No model has looked at these {formatPlural(session.dataset.samples, 'image')} yet.</p>
              <Button onClick={() => show('predict')}>Predict with a model</Button>
            </div>
          )}
        </section>
        <aside className={classes.aside}>
          <AccuracyPanel limit={12} />
          <RunsPanel />
          {cube === null ? <LintPanel /> : <CubePanel cube={cube} />}
        </aside>
      </div>
    </div>
  )
}

interface FindingsProps {
  readonly overview: Overview
  readonly discovery: EngineQuery<Discovery>
  readonly session: Session
}

function Findings({ overview, discovery, session }: FindingsProps) {
  const carried = discovery.data === undefined ? null : carriedNotes(discovery.data)
  const listed = [...overview.findings, ...overview.easier]
  const isFiltered = clausesOf(session.filter).length > 0
  return (
    <>
      <JudgedBy models={overview.models} />
      {overview.selection?.warning !== overview.nothing && <SelectionNote selection={overview.selection} />}
      <p className={classes.count}>
        {overviewTitle(overview)}
        {isFiltered && ', under the current filter'}
        {listed.length > 0 && <SaveMenu name="Findings" rows={() => findingsCsv(listed)} />}
      </p>
      {overview.notes.length > 0 && <p className={classes.count}>{overview.notes.join(' ')}</p>}
      {overview.findings.length === 0 && (
        <div className={classes.nothing}>
          <p>{overview.nothing ?? 'No slice fails more than its classes usually do.'}</p>
          {isFiltered && (
            <Button variant="default" onClick={() => session.setFilter(everything)}>
              Look at the whole dataset
            </Button>
          )}
          <Button variant="default" onClick={() => session.setScreen('slices')}>
            See all slices
          </Button>
        </div>
      )}
      <ol className={classes.findings}>
        {overview.findings.map((finding) => (
          <FindingCard key={findingKey(finding)} finding={finding} note={carried?.get(findingKey(finding)) ?? null} />
        ))}
      </ol>
      {overview.easier.length > 0 && (
        <details className={classes.easier}>
          <summary>{formatPlural(overview.easier.length, 'slice')} easier than expected</summary>
          <ol className={classes.findings}>
            {overview.easier.map((finding) => (
              <FindingCard
                key={findingKey(finding)}
                finding={finding}
                note={carried?.get(findingKey(finding)) ?? null}
              />
            ))}
          </ol>
        </details>
      )}
      {overview.models.length > 0 && session.dataset.classField !== null && (
        <DiscoveryPanel overview={overview} query={discovery} />
      )}
      {overview.fields.length > 0 && (
        <details className={classes.looked}>
          <summary>Where Foible looked, and what it could have found</summary>
          <dl>
            {overview.fields.map(({ field, values, power }) => (
              <div key={field}>
                <dt>
                  {field} <span className="f-dim">{formatPlural(values, 'value')}</span>
                </dt>
                <dd>{power}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </>
  )
}
