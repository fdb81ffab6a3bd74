// The samples nearest to one, by the embeddings that a run keeps. Nothing where no run keeps any.
import { NativeSelect, Skeleton } from '@mantine/core'
import { useState } from 'react'
import { ThumbStrip } from '../parts/thumb-strip.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './inspector.module.css'
import { describeNeighbours, runsWithEmbeddings } from './neighbours-model.ts'
import styles from './neighbours.module.css'

/** Three rows of four fit into the pane at its usual width. */
const shown = 12
const rows = 3
const thumbPx = 66

export function Neighbours({ id }: { id: number }) {
  const { dataset, model } = useSession()
  const runs = runsWithEmbeddings(dataset.runs)
  const [chosen, setChosen] = useState<string | null>(null)
  const run = [chosen, model].find((name) => name !== null && runs.includes(name)) ?? runs[0]
  if (run === undefined) return null
  return (
    <section className={classes.section} aria-label="Nearest">
      <div className={styles.head}>
        <h3 className={classes.title}>Nearest</h3>
        {runs.length > 1 && (
          <NativeSelect
            size="xs"
            variant="unstyled"
            aria-label="By the embeddings of"
            data={runs}
            value={run}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
        )}
      </div>
      <Strip id={id} run={run} />
    </section>
  )
}

function Strip({ id, run }: { id: number; run: string }) {
  const { dataset } = useSession()
  const found = useEngineQuery('samples.neighbours', { dataset: dataset.id, ids: [id], run, k: shown })
  if (found.status === 'loading') return <Skeleton height={rows * thumbPx} />
  if (found.status === 'error') return <p className={classes.facts}>{found.error.message}</p>
  const { neighbours } = found.data
  return (
    <div className={found.isStale ? 'f-stale' : ''} aria-busy={found.isStale}>
      <ThumbStrip ids={neighbours.map((neighbour) => neighbour.id)} size={thumbPx} rows={rows} />
      <p className={classes.facts}>{describeNeighbours(neighbours)}</p>
    </div>
  )
}
