// One facet: a heading that opens and closes it, its values or its histogram, and the way to all of its values.
import { ActionIcon, Collapse, TextInput, Tooltip } from '@mantine/core'
import { IconChevronRight, IconLayoutGrid, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Facet } from '#contract/query.ts'
import { withoutOwn } from '#core/filter/clauses.ts'
import type { Path } from '#core/filter/expr.ts'
import { formatCount } from '#core/format/numbers.ts'
import { shortenMiddle } from '#core/format/shorten.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './facet-block.module.css'
import { facetRows, isActivePath } from './facets-model.ts'
import { FacetValues } from './facet-values.tsx'
import { Histogram } from './histogram.tsx'

interface FacetBlockProps {
  readonly facet: Facet
  readonly search: string
  readonly openByDefault: boolean
}

export function FacetBlock({ facet, search, openByDefault }: FacetBlockProps) {
  const { filter, setFilter, facetOpen, setFacetOpen, setGroupBy, setScreen } = useSession()
  const isOpen = facetOpen[facet.name] ?? openByDefault
  const isActive = isActivePath(filter, facet.path)
  return (
    <div className={classes.facet} role="group" aria-label={facet.name}>
      <div className={classes.head}>
        <button
          type="button"
          className={classes.toggle}
          aria-expanded={isOpen}
          onClick={() => setFacetOpen(facet.name, !isOpen)}
        >
          <IconChevronRight size={13} className={classes.chevron} aria-hidden />
          <span className={classes.name} title={facet.name}>
            {shortenMiddle(titleOf(facet.path), titleLength)}
          </span>
          {facet.kind === 'values' && facet.path.kind !== 'run' && (
            <span className={classes.distinct}>{formatCount(facet.distinct)}</span>
          )}
        </button>
        {isActive && (
          <Tooltip label="Clear this facet">
            <ActionIcon
              size={20}
              aria-label={`Clear ${facet.name}`}
              onClick={() => setFilter(withoutOwn(filter, facet.path))}
            >
              <IconX size={13} />
            </ActionIcon>
          </Tooltip>
        )}
        {facet.kind === 'values' && (
          <Tooltip label="Group the gallery by this">
            <ActionIcon
              size={20}
              className={classes.group}
              aria-label={`Group by ${facet.name}`}
              onClick={() => {
                setGroupBy(facet.path)
                setScreen('gallery')
              }}
            >
              <IconLayoutGrid size={13} />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      <Collapse expanded={isOpen} transitionDuration={0}>
        {isOpen && (facet.kind === 'values' ? <Values facet={facet} search={search} /> : <Histogram facet={facet} />)}
      </Collapse>
    </div>
  )
}

/** What tells runs of one model apart stands at the end of their names. */
const titleLength = 26

/** `background`; of a run the model alone, for `correct` is what its rows say anyway. */
function titleOf(path: Path): string {
  if (path.kind === 'field') return path.name
  if (path.kind !== 'run') return `${path.kind} of ${path.field}`
  return path.property === 'correct' ? path.model : path.property.replaceAll('_', ' ')
}

function Values({ facet, search }: { facet: Facet & { kind: 'values' }; search: string }) {
  const { filter } = useSession()
  const [showsAll, setShowsAll] = useState(false)
  const own = facet.name.toLowerCase().includes(search.trim().toLowerCase()) ? '' : search
  const rows = facetRows(facet, filter, own)
  const hidden = facet.distinct - facet.values.length
  if (showsAll) return <AllValues facet={facet} searched={own} close={() => setShowsAll(false)} />
  return (
    <>
      <FacetValues path={facet.path} rows={rows} />
      {hidden > 0 && (
        <button type="button" className={classes.more} onClick={() => setShowsAll(true)}>
          {formatCount(hidden)} more…
        </button>
      )}
    </>
  )
}

const mostValues = 1000

interface AllValuesProps {
  readonly facet: Facet & { kind: 'values' }
  /** What the panel is searched for. */
  readonly searched: string
  readonly close: () => void
}

function AllValues({ facet, searched, close }: AllValuesProps) {
  const { dataset, filter } = useSession()
  const [search, setSearch] = useState(searched)
  const question = { dataset: dataset.id, filter, facets: [facet.path], top: mostValues }
  const counts = useEngineQuery('query.counts', { ...question, search: search.trim() })
  const [full] = counts.status === 'ready' ? counts.data.facets : []
  const known = full?.kind === 'values' ? full : facet
  const rows = facetRows(known, filter, search)
  return (
    <>
      <TextInput
        className={classes.find}
        aria-label={`Find in ${facet.name}`}
        placeholder="Find a value"
        size="xs"
        autoFocus
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') close()
        }}
      />
      <div className={classes.all}>
        <FacetValues path={facet.path} rows={rows} total={known.distinct} />
      </div>
      <button type="button" className={classes.more} onClick={close}>
        Show fewer
      </button>
    </>
  )
}
