// More of the run in focus: what it answers and how sure it is. Counted only when asked for.
import { IconChevronRight } from '@tabler/icons-react'
import type { RunProperty } from '#core/filter/expr.ts'
import { ErrorNote } from '../common/notes.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import block from './facet-block.module.css'
import { FacetBlock } from './facet-block.tsx'

const properties: readonly RunProperty[] = [
  'predicted',
  'confidence',
  'truth_confidence',
  'truth_rank',
  'margin',
  'entropy',
  'top5_correct',
]

export function RunMore() {
  const { dataset, filter, model, facetOpen, setFacetOpen } = useSession()
  const isOpen = facetOpen['run details'] ?? false
  const facets = model === null ? [] : properties.map((property) => ({ kind: 'run' as const, model, property }))
  const counts = useEngineQuery(
    'query.counts',
    { dataset: dataset.id, filter, facets, top: 10 },
    { enabled: isOpen && model !== null },
  )
  if (model === null || dataset.cube !== null) return null
  return (
    <div className={block.facet}>
      <button
        type="button"
        className={block.toggle}
        aria-expanded={isOpen}
        onClick={() => setFacetOpen('run details', !isOpen)}
      >
        <IconChevronRight size={13} className={block.chevron} aria-hidden />
        <span className={block.name}>more of {model}</span>
      </button>
      {isOpen && counts.status === 'error' && <ErrorNote error={counts.error} retry={counts.retry} />}
      {isOpen &&
        counts.status === 'ready' &&
        counts.data.facets.map((facet, index) => (
          <FacetBlock key={facet.name} facet={facet} search="" openByDefault={index < 2} />
        ))}
    </div>
  )
}
