// The library's datasets, newest first, each with a strip of its images and what models make of it.
import { Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconCube } from '@tabler/icons-react'
import type { DatasetCard } from '#contract/library.ts'
import { formatCount, formatRate } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { ErrorNote } from '../common/notes.tsx'
import { SampleImage } from '../common/sample-image.tsx'
import { cubeSize } from '../cube/cube-model.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import classes from './welcome.module.css'

const stripLength = 6
const runsShown = 3

export function DatasetCards() {
  const datasets = useEngineQuery('datasets.list', {})
  if (datasets.status === 'loading') return <Skeleton height={148} />
  if (datasets.status === 'error') return <ErrorNote error={datasets.error} retry={datasets.retry} />
  if (datasets.data.length === 0) return null
  const newestFirst = datasets.data.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))
  return (
    <section aria-label="Datasets">
      <h2 className={classes.title}>Datasets</h2>
      <div className={classes.cards}>
        {newestFirst.map((dataset) => (
          <Card key={dataset.id} dataset={dataset} />
        ))}
      </div>
    </section>
  )
}

function Card({ dataset }: { dataset: DatasetCard }) {
  const { id, name, samples, source, cube, runs, strip, problem } = dataset
  return (
    <a
      className={classes.card}
      data-broken={problem !== null}
      href={problem === null ? `#/dataset/${encodeURIComponent(id)}` : undefined}
    >
      <div className={classes.strip} data-empty={cube !== null}>
        {cube !== null && <IconCube size={32} stroke={1} aria-hidden />}
        {strip.slice(0, stripLength).map((sample) => (
          <span key={sample} className={classes.thumb}>
            <SampleImage dataset={id} id={sample} alt="" fit="cover" />
          </span>
        ))}
      </div>
      <div className={classes.cardText}>
        <strong>{name}</strong>
        <span className={classes.cardFacts}>
          {cube === null ? formatPlural(samples, 'sample') : cubeSize(samples, cube)} ·{' '}
          {source.kind === 'hub' ? source.repo : cube === null ? 'folder' : 'cube'}
        </span>
        {problem !== null && (
          <span className={classes.problem}>
            <IconAlertTriangle size={14} /> {problem}
          </span>
        )}
        {runs.slice(0, runsShown).map(({ model, accuracy, judged, protocol }) => (
          <span key={model} className={classes.cardRun}>
            <span>{model}</span>
            {accuracy !== null && (
              <span>
                {formatRate(accuracy)} of {formatCount(judged)}, {protocol}
              </span>
            )}
          </span>
        ))}
        {runs.length > runsShown && (
          <span className={classes.cardFacts}>{formatPlural(runs.length - runsShown, 'more model')}</span>
        )}
      </div>
    </a>
  )
}
