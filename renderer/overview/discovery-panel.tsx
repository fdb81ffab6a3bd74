// Under the findings of single fields: pairs of values and ranges of numbers that stand out over all fields at once.
import type { Overview } from '#contract/analysis.ts'
import type { Discovery } from '#contract/discovery.ts'
import { formatPlural } from '../common/figures.ts'
import type { EngineQuery } from '../engine/use-engine-query.ts'
import { QueryView } from '../parts/query-view.tsx'
import { createViewState } from '../parts/view-state.ts'
import { SaveMenu } from '../save/save-menu.tsx'
import { useSession } from '../session/session.ts'
import { type Combination, combinationsOf, discoverySentence } from './discovery-model.ts'
import { FindingCard } from './finding-card.tsx'
import { findingsCsv } from './findings-csv.ts'
import { findingKey } from './overview-model.ts'
import classes from './overview.module.css'

const shownAtFirst = 5

const useDiscoveryState = createViewState({ all: false })

interface DiscoveryPanelProps {
  readonly overview: Overview
  readonly query: EngineQuery<Discovery>
}

export function DiscoveryPanel({ overview, query }: DiscoveryPanelProps) {
  return (
    <section aria-label="Combinations" className={classes.combinations}>
      <h2>Combinations and ranges</h2>
      <QueryView query={query} name="Combinations" lines={4}>
        {(discovery) => <Combinations discovery={discovery} overview={overview} />}
      </QueryView>
    </section>
  )
}

function Combinations({ discovery, overview }: { discovery: Discovery; overview: Overview }) {
  const { dataset } = useSession()
  const [{ all }, change] = useDiscoveryState(dataset.id)
  const { harder, easier } = combinationsOf(discovery, overview)
  const listed = [...harder, ...easier].map(({ finding }) => finding)
  const hidden = all ? 0 : Math.max(0, harder.length - shownAtFirst)
  return (
    <>
      <p className={classes.count}>
        {discovery.nothing ??
          (harder.length === 0
            ? 'No pair of values fails more than its values and classes explain.'
            : `${formatPlural(harder.length, 'combination fails', 'combinations fail')} more than values and classes alone explain.`)}
        {listed.length > 0 && <SaveMenu name="Combinations" rows={() => findingsCsv(listed)} />}
      </p>
      <CombinationList combinations={harder.slice(0, harder.length - hidden)} />
      {hidden > 0 && (
        <button type="button" className={classes.moreButton} onClick={() => change({ all: true })}>
          Show {hidden} more
        </button>
      )}
      {easier.length > 0 && (
        <details className={classes.easier}>
          <summary>{formatPlural(easier.length, 'combination that helps', 'combinations that help')}</summary>
          <CombinationList combinations={easier} />
        </details>
      )}
      <p className={classes.tested}>{discoverySentence(discovery)}</p>
    </>
  )
}

function CombinationList({ combinations }: { combinations: readonly Combination[] }) {
  return (
    <ol className={classes.findings}>
      {combinations.map(({ finding, note }) => (
        <FindingCard key={findingKey(finding)} finding={finding} note={note} />
      ))}
    </ol>
  )
}
