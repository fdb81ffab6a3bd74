// One sample in full: the picture, what every model answers, its fields with their sources, tags and history.
import { Alert, Skeleton } from '@mantine/core'
import { IconAlertTriangle, IconPointer } from '@tabler/icons-react'
import type { SampleDetail } from '#contract/query.ts'
import { formatBytes } from '../common/figures.ts'
import { EmptyNote, ErrorNote } from '../common/notes.tsx'
import { SampleImage } from '../common/sample-image.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { SampleTags } from '../tags/sample-tags.tsx'
import { FieldList } from './field-list.tsx'
import { acceptedNames, describeFile } from './inspector-model.ts'
import { displayName } from '#core/labels/map-classes.ts'
import classes from './inspector.module.css'
import { Neighbours } from './neighbours.tsx'
import { PanZoom } from './pan-zoom.tsx'
import { Prediction } from './prediction.tsx'
import { TensorPanel } from './tensor-panel.tsx'

export function Inspector() {
  const { currentId } = useSession()
  return (
    <aside className={classes.pane} aria-label="Inspector">
      {currentId === null ? (
        <EmptyNote icon={<IconPointer stroke={1.5} />} title="No sample is chosen">
          Click an image, or move with the arrow keys.
        </EmptyNote>
      ) : (
        <Sample id={currentId} />
      )}
    </aside>
  )
}

function Sample({ id }: { id: number }) {
  const { dataset } = useSession()
  const sample = useEngineQuery('samples.get', { dataset: dataset.id, id })
  return (
    <>
      <div className={classes.picture}>
        <PanZoom resetKey={id}>
          <SampleImage
            dataset={dataset.id}
            id={id}
            size="image"
            alt={
              sample.status === 'ready' && !sample.isStale
                ? (sample.data.label ?? sample.data.fileName)
                : `Sample ${id}`
            }
          />
        </PanZoom>
      </div>
      <div className={classes.body}>
        {sample.status === 'loading' && <Skeleton height={160} />}
        {sample.status === 'error' && <ErrorNote error={sample.error} retry={sample.retry} />}
        {sample.status === 'ready' && (
          <div className={sample.isStale ? 'f-stale' : ''} aria-busy={sample.isStale}>
            <Detail sample={sample.data} />
          </div>
        )}
      </div>
    </>
  )
}

function Detail({ sample }: { sample: SampleDetail }) {
  const accepted = acceptedNames(sample)
  const others = accepted.filter((name) => name !== displayName(sample.label ?? ''))
  return (
    <>
      <section className={classes.section}>
        <h2 className={classes.label}>{sample.label === null ? 'no label' : displayName(sample.label)}</h2>
        {others.length > 0 && <p className={classes.accepted}>also right: {others.join(', ')}</p>}
        <p className={classes.file} title={sample.fileName}>
          {sample.fileName}
        </p>
        <p className={classes.facts}>
          {[`#${sample.id}`, describeFile(sample, formatBytes)].filter((fact) => fact !== '').join(' · ')}
        </p>
        {sample.problem !== null && (
          <Alert mt="sm" p="xs" color="orange" icon={<IconAlertTriangle size={16} />}>
            {sample.problem}
          </Alert>
        )}
      </section>
      <section className={classes.section} aria-label="Tags">
        <SampleTags id={sample.id} tags={sample.tags} />
      </section>
      {sample.predictions.map((prediction) => (
        <section key={prediction.model} className={classes.section} aria-label={prediction.model}>
          <Prediction prediction={prediction} />
        </section>
      ))}
      <TensorPanel id={sample.id} />
      <Neighbours id={sample.id} />
      <section className={classes.section} aria-label="Fields">
        <h3 className={classes.title}>Fields</h3>
        <FieldList fields={sample.fields} />
      </section>
      {sample.history.length > 0 && (
        <section className={classes.section} aria-label="History">
          <h3 className={classes.title}>History</h3>
          <ul className={classes.history}>
            {sample.history.map(({ at, what }) => (
              <li key={`${at} ${what}`}>
                <time dateTime={at}>
                  {new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
                </time>
                {what}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}
