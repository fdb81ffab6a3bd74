// Takes the view away: images, metadata, predictions and tags in a format of one's choice, with a manifest.
import { Button, Modal, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatFilter } from '#core/filter/format.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import { exportName } from './export-model.ts'
import classes from './form.module.css'
import { PlacePicker, type PickedPlace } from './place-picker.tsx'

export function ExportDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'export'} onClose={close} title="Export this view" size={620}>
      <ExportForm close={close} />
    </Modal>
  )
}

const formats = [
  { value: 'imagefolder', label: 'Image folder + metadata.jsonl' },
  { value: 'fiftyone', label: 'FiftyOne dataset' },
  { value: 'parquet', label: 'Parquet' },
  { value: 'webdataset', label: 'WebDataset (tar shards)' },
  { value: 'csv', label: 'CSV (no images)' },
] as const
type Format = (typeof formats)[number]['value']
type Media = 'copy' | 'link' | 'none'

/** Formats whose files hold the images themselves: there is nothing to link to. */
function holdsImages(format: Format): boolean {
  return format === 'parquet' || format === 'webdataset'
}

function ExportForm({ close }: { close: () => void }) {
  const { dataset, filter } = useSession()
  const counts = useEngineQuery('query.counts', { dataset: dataset.id, filter, facets: [], top: 1 })
  const [format, setFormat] = useState<Format>('imagefolder')
  const [media, setMedia] = useState<Media>('copy')
  const [picked, setPicked] = useState<PickedPlace | null>(null)
  const [name, setName] = useState(() => exportName(dataset.id, filter))
  const start = useEngineAction('exports.start')
  const total = counts.data?.total ?? 0
  const where = formatFilter(filter)

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (picked === null) return
        const input = { dataset: dataset.id, filter, format, place: picked.place, name: name.trim(), media }
        void start.run(input).then((started) => (started === null ? undefined : close()))
      }}
    >
      <div className={classes.rule}>{where === '' ? 'everything' : where}</div>
      <div className={classes.row}>
        <Select
          label="Format"
          data={[...formats]}
          value={format}
          allowDeselect={false}
          onChange={(value) => {
            const next = formats.find((some) => some.value === value)?.value ?? 'imagefolder'
            setFormat(next)
            if (next === 'csv') setMedia('none')
            else if (media === 'link' && holdsImages(next)) setMedia('copy')
          }}
        />
        <SegmentedControl
          aria-label="Images"
          value={media}
          disabled={format === 'csv'}
          onChange={(value) => setMedia(value === 'copy' || value === 'link' ? value : 'none')}
          data={
            holdsImages(format)
              ? [
                  { value: 'copy', label: 'With the images' },
                  { value: 'none', label: 'Without' },
                ]
              : [
                  { value: 'copy', label: 'Copy images' },
                  { value: 'link', label: 'Link to them' },
                  { value: 'none', label: 'None' },
                ]
          }
        />
      </div>
      <PlacePicker want="target" picked={picked} onPick={setPicked} />
      <TextInput
        label="New folder"
        data-autofocus
        description={picked === null || picked.name === '' ? 'Made in the chosen folder' : `Made in ${picked.name}`}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <p className={classes.note}>
        A manifest goes along: source and commit, the query, model hashes, preprocessing, protocol and sample ids.
      </p>
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={picked === null || name.trim() === '' || total === 0} loading={start.isRunning}>
          Export {formatPlural(total, 'sample')}
        </Button>
      </div>
    </form>
  )
}
