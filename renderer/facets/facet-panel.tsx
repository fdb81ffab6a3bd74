// The left pane: every field, run and tag with its counts under the filter, each leaving its own clause out.
import { CloseButton, Skeleton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { ErrorNote } from '../common/notes.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './facet-panel.module.css'
import { FacetBlock } from './facet-block.tsx'
import { facetSections, isActivePath, opensByDefault, sectionTitles, withFound } from './facets-model.ts'
import { RunMore } from './run-more.tsx'
import { TagFacet } from './tag-facet.tsx'

/** Values shown of a facet before one asks for more. */
const facetTop = 8

export function FacetPanel() {
  const { dataset, filter } = useSession()
  const [search, setSearch] = useState('')
  const needle = search.trim()
  const question = { dataset: dataset.id, filter, facets: null, top: facetTop }
  const counts = useEngineQuery('query.counts', question)
  const found = useEngineQuery('query.counts', { ...question, search: needle }, { enabled: needle !== '' })
  return (
    <aside className={classes.panel} aria-label="Facets">
      <div className={classes.search}>
        <TextInput
          aria-label="Find a field or value"
          placeholder="Find a field or value"
          leftSection={<IconSearch size={14} />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setSearch('')
          }}
          rightSection={
            search === '' ? null : <CloseButton size="xs" aria-label="Clear" onClick={() => setSearch('')} />
          }
        />
      </div>
      {counts.status === 'loading' && <FacetSkeleton />}
      {counts.status === 'error' && <ErrorNote error={counts.error} retry={counts.retry} />}
      {counts.status === 'ready' && (
        <div className={`${classes.sections} ${counts.isStale ? 'f-stale' : ''}`} aria-busy={counts.isStale}>
          <TagFacet tags={counts.data.tags} />
          {facetSections(withFound(counts.data, found.data ?? null, needle), dataset, needle).map(({ id, facets }) => (
            <section key={id} aria-label={sectionTitles[id]}>
              <h3 className={classes.title}>{sectionTitles[id]}</h3>
              {facets.map((facet, index) => (
                <FacetBlock
                  key={facet.name}
                  facet={facet}
                  search={search}
                  openByDefault={search !== '' || opensByDefault(id, index) || isActivePath(filter, facet.path)}
                />
              ))}
              {id === 'run' && <RunMore />}
            </section>
          ))}
        </div>
      )}
    </aside>
  )
}

function FacetSkeleton() {
  return (
    <div className={classes.skeleton} aria-busy="true" aria-label="Counting">
      {Array.from({ length: 14 }, (_, row) => (
        <Skeleton key={row} height={14} width={`${row % 5 === 0 ? 40 : 92}%`} />
      ))}
    </div>
  )
}
