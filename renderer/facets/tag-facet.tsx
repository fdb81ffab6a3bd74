// Tags with their counts, as filters.
import type { Counts } from '#contract/query.ts'
import { useSession } from '../session/session.ts'
import panel from './facet-panel.module.css'
import { ValueRow } from './facet-values.tsx'
import values from './facet-values.module.css'
import { tagState, toggleTag } from './facets-model.ts'

export function TagFacet({ tags }: { tags: Counts['tags'] }) {
  const { filter, setFilter } = useSession()
  if (tags.length === 0) return null
  const greatest = tags.reduce((most, { count }) => Math.max(most, count), 1)
  return (
    <section aria-label="Tags">
      <h3 className={panel.title}>Tags</h3>
      <ul className={values.list}>
        {tags.map(({ name, count }) => (
          <ValueRow
            key={name}
            row={{ value: name, count, state: tagState(filter, name) }}
            text={name}
            share={count / greatest}
            verdict={null}
            onToggle={(exclude) => setFilter(toggleTag(filter, name, exclude))}
          />
        ))}
      </ul>
    </section>
  )
}
