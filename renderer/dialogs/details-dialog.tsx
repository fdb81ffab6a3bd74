// What the dataset is: source, licence, roles of its fields, runs, and what the importer noticed.
import { Button, Modal, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useDialogs } from '../app/dialog-store.ts'
import { homeAddress, navigate } from '../app/route.ts'
import { describeProtocol } from '#core/compare/describe-protocols.ts'
import { formatCount, formatInterval, formatRate } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { cubeSize } from '../cube/cube-model.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { actionText } from '../overview/lint-model.ts'
import { useSession } from '../session/session.ts'
import classes from './form.module.css'
import { formatTitle } from './format-titles.ts'

export function DetailsDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'details'} onClose={close} title="About this dataset" size={680}>
      <Details close={close} />
    </Modal>
  )
}

function Details({ close }: { close: () => void }) {
  const { dataset } = useSession()
  const { source, cube } = dataset
  const show = useDialogs((dialogs) => dialogs.show)
  return (
    <div className={classes.form}>
      <Rename />
      <dl className={classes.facts}>
        <dt>Source</dt>
        <dd>
          {source.kind === 'hub' ? `${source.repo} @ ${source.sha}` : source.path}
          {source.kind === 'folder' && (source.copied ? ' (copied)' : ' (referred to)')}
        </dd>
        <dt>Format</dt>
        <dd>{formatTitle(dataset.format)}</dd>
        <dt>{cube === null ? 'Samples' : 'Images'}</dt>
        <dd>{cube === null ? formatCount(dataset.samples) : cubeSize(dataset.samples, cube)}</dd>
        {cube !== null && cube.source !== null && (
          <>
            <dt>Counted of</dt>
            <dd>
              {cube.source}
              {cube.filter !== null && `, where ${cube.filter}`}
            </dd>
          </>
        )}
        <dt>Licence</dt>
        <dd>
          {dataset.license ?? 'not stated'}
          {dataset.evaluationOnly && ' (for evaluation only: its terms forbid training on it)'}
        </dd>
        {dataset.knownAs !== null && (
          <>
            <dt>Known as</dt>
            <dd>
              {dataset.knownAs}
              {dataset.cropBorderPx > 0 && `, shown and predicted without its ${dataset.cropBorderPx}-pixel border`}
            </dd>
          </>
        )}
        {dataset.description !== null && (
          <>
            <dt>About</dt>
            <dd>{dataset.description}</dd>
          </>
        )}
      </dl>
      <Roles />
      <h3 className={classes.title}>Runs</h3>
      {dataset.runs.length === 0 && <p className={classes.note}>Nothing has been predicted yet.</p>}
      <ul className={classes.findings}>
        {dataset.runs.map((run) => (
          <li key={run.id}>
            <strong>{run.model}</strong> on {run.provider}, {describeProtocol(run)}: {formatCount(run.predicted)}{' '}
            predicted
            {run.accuracy !== null &&
              run.accuracyInterval !== null &&
              `, ${formatCount(run.right)} of ${formatCount(run.judged)} right (${formatRate(run.accuracy)} ${formatInterval(run.accuracyInterval)})`}
            {run.failed > 0 && `, ${formatPlural(run.failed, 'image')} could not be read`}
            <div className="f-dim">{run.preprocessing}</div>
            {run.unmappedClasses.length > 0 && (
              <div className="f-dim">
                Not judged, for the model does not know them: {run.unmappedClasses.join(', ')}{' '}
                <Button variant="subtle" size="compact-xs" onClick={() => show('labels', run.model)}>
                  Review classes
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      <h3 className={classes.title}>What was noticed</h3>
      {dataset.findings.length === 0 && <p className={classes.note}>Nothing out of order.</p>}
      <ul className={classes.findings}>
        {dataset.findings.map(({ rule, message, action, examples, repaired }) => (
          <li key={`${rule} ${message}`}>
            {repaired ?? message}
            {repaired === null && <span className="f-dim"> {actionText({ action })}</span>}
            {repaired === null && examples.length > 0 && <div className="f-dim">{examples.slice(0, 4).join(', ')}</div>}
          </li>
        ))}
      </ul>
      <Removal close={close} />
    </div>
  )
}

function Rename() {
  const { dataset } = useSession()
  const [name, setName] = useState(dataset.name)
  const rename = useEngineAction('datasets.rename')
  return (
    <form
      className={classes.row}
      onSubmit={(event) => {
        event.preventDefault()
        void rename.run({ dataset: dataset.id, name: name.trim() })
      }}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        rightSectionWidth={70}
        rightSection={
          name.trim() !== dataset.name && name.trim() !== '' ? (
            <Button type="submit" size="compact-xs" loading={rename.isRunning}>
              Rename
            </Button>
          ) : null
        }
      />
    </form>
  )
}

function Roles() {
  const { dataset } = useSession()
  const setRole = useEngineAction('fields.setRole')
  const fields = dataset.fields.filter(({ builtIn }) => !builtIn)
  return (
    <>
      <h3 className={classes.title}>Fields</h3>
      <div className={classes.roles}>
        {fields.map((field) => [
          <span key={`${field.name} name`}>{field.name}</span>,
          <span key={`${field.name} kind`} className="f-dim">
            {field.kind === 'number' ? 'number' : formatPlural(field.values, 'value')}
            {field.missing > 0 && `, ${formatCount(field.missing)} missing`}
          </span>,
          field.role === 'class' ? (
            <span key={`${field.name} role`} className="f-dim">
              the class
            </span>
          ) : (
            <Select
              key={`${field.name} role`}
              aria-label={`Role of ${field.name}`}
              w={180}
              allowDeselect={false}
              data={[
                { value: 'nuisance', label: 'a cause to look for' },
                { value: 'plain', label: 'plain' },
              ]}
              value={field.role}
              onChange={(role) =>
                void setRole.run({
                  dataset: dataset.id,
                  field: field.name,
                  role: role === 'nuisance' ? 'nuisance' : 'plain',
                })
              }
            />
          ),
        ])}
      </div>
    </>
  )
}

/** Deleting asks again, with what it touches. */
function Removal({ close }: { close: () => void }) {
  const { dataset } = useSession()
  const [isAsking, setAsking] = useState(false)
  const remove = useEngineAction('datasets.delete')
  if (!isAsking) {
    return (
      <div className={classes.actions}>
        <Button variant="subtle" color="red" mr="auto" onClick={() => setAsking(true)}>
          Delete this dataset…
        </Button>
        <Button variant="default" onClick={close}>
          Close
        </Button>
      </div>
    )
  }
  return (
    <div className={classes.actions} role="alert">
      <span className={classes.note}>
        This deletes {formatPlural(dataset.samples, 'sample')}, {formatPlural(dataset.runs.length, 'run')},{' '}
        {formatPlural(dataset.tags.length, 'tag')} and {formatPlural(dataset.views.length, 'view')} from the library.
        Your own image files are never touched.
      </span>
      <Button variant="default" onClick={() => setAsking(false)}>
        Keep it
      </Button>
      <Button
        color="red"
        loading={remove.isRunning}
        onClick={() =>
          void remove.run({ dataset: dataset.id }).then((done) => {
            if (done === null) return
            close()
            navigate(homeAddress)
          })
        }
      >
        Delete
      </Button>
    </div>
  )
}
