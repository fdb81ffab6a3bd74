// Where one begins: three doors (the sample, one's own dataset, a model) and the datasets of the library.
import { Button, TextInput, UnstyledButton } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconArrowRight, IconCpu, IconFolderOpen, IconPhotoSearch } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useCommands } from '../app/commands.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { FoibleMark } from '../app/foible-mark.tsx'
import { navigate } from '../app/route.ts'
import { AddModelDialog } from '../dialogs/add-model-dialog.tsx'
import { ImportDialog } from '../dialogs/import-dialog.tsx'
import { useEngine } from '../engine/engine-context.tsx'
import { showError } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { JobRow } from '../jobs/jobs-indicator.tsx'
import { isActive } from '../jobs/jobs-model.ts'
import { useJobs } from '../jobs/use-jobs.ts'
import { DatasetCards } from './dataset-cards.tsx'
import { useImport, useOpenImported } from './use-import.ts'
import classes from './welcome.module.css'

export function Welcome() {
  const engine = useEngine()
  const show = useDialogs((dialogs) => dialogs.show)
  const info = useEngineQuery('app.info', {})
  useOpenImported()
  useCommands([
    { id: 'import', title: 'Import a dataset', group: 'Dataset', keys: ['o'], run: () => show('import') },
    { id: 'add-model', title: 'Add a model', group: 'Dataset', keys: ['m'], run: () => show('add-model') },
  ])
  const { placeForDrop } = engine
  return (
    <div className={classes.page}>
      {placeForDrop !== undefined && (
        <Dropzone.FullScreen
          onDrop={(files) => {
            const [file] = files
            if (file === undefined) return
            placeForDrop(file).then((place) => {
              if (place !== null) show(file.name.endsWith('.onnx') ? 'add-model' : 'import', place)
            }, showError)
          }}
        >
          <div className={classes.drop}>Drop a folder, an archive, a table, a Parquet file, or an .onnx model</div>
        </Dropzone.FullScreen>
      )}
      <main className={classes.content}>
        <header className={classes.head}>
          <FoibleMark size={32} />
          <div>
            <h1>Foible</h1>
            <p>See where image classifiers fail, and why.</p>
          </div>
        </header>
        <div className={classes.doors}>
          <SampleDoor />
          <Door
            icon={<IconFolderOpen size={20} stroke={1.5} />}
            title="Your dataset"
            text="A folder, zip, tar, table or Parquet file of images, or a Hugging Face Hub id."
          >
            <HubField />
            <Button variant="default" onClick={() => show('import')}>
              Folder or file…
            </Button>
          </Door>
          <Door
            icon={<IconCpu size={20} stroke={1.5} />}
            title="Your model"
            text="An ONNX classifier with its preprocessing, from a file or the Hub."
          >
            <Button variant="default" onClick={() => show('add-model')}>
              Add a model…
            </Button>
          </Door>
        </div>
        <RunningJobs />
        <DatasetCards />
        {info.status === 'ready' && (
          <footer className={classes.foot}>
            Foible {info.data.version} · library in {info.data.library}
          </footer>
        )}
      </main>
      <ImportDialog />
      <AddModelDialog />
    </div>
  )
}

interface DoorProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}

function Door({ icon, title, text, children }: DoorProps) {
  return (
    <section className={classes.door} aria-label={title}>
      <div className={classes.doorTitle}>
        {icon}
        <h2>{title}</h2>
      </div>
      <p>{text}</p>
      <div className={classes.doorActions}>{children}</div>
    </section>
  )
}

function SampleDoor() {
  const info = useEngineQuery('app.info', {})
  const start = useImport()
  const open = () => {
    if (info.status !== 'ready') return
    const { dataset, imported } = info.data.sample
    if (imported) navigate(`#/dataset/${encodeURIComponent(dataset)}`)
    else void start.run({ source: { kind: 'sample' }, name: null, split: null, maxSamples: null, copy: false })
  }
  return (
    <Door
      icon={<IconPhotoSearch size={20} stroke={1.5} />}
      title="The sample"
      text="1,485 pictures of objects on backgrounds, in textures and materials; three models disagree about them."
    >
      <Button loading={start.isRunning} disabled={info.status !== 'ready'} onClick={open}>
        Open the sample
      </Button>
    </Door>
  )
}

function HubField() {
  const show = useDialogs((dialogs) => dialogs.show)
  const [text, setText] = useState('')
  const isEmpty = text.trim() === ''
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!isEmpty) show('import', text.trim())
      }}
    >
      <TextInput
        aria-label="Hub id or words"
        placeholder="owner/name, or words to search the Hub"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rightSection={
          <UnstyledButton type="submit" className={classes.go} aria-label="Look it up" disabled={isEmpty}>
            <IconArrowRight size={15} />
          </UnstyledButton>
        }
      />
    </form>
  )
}

function RunningJobs() {
  const jobs = useJobs().filter((job) => isActive(job) || job.state === 'failed')
  if (jobs.length === 0) return null
  return (
    <section className={classes.jobs} aria-label="Jobs">
      <ul>
        {jobs.map((job) => (
          <JobRow key={job.id} job={job} />
        ))}
      </ul>
    </section>
  )
}
