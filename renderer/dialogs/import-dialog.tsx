// Imports a dataset: a Hub id, or a folder or file. What was recognised is shown before anything is stored.
import { Button, Checkbox, FocusTrap, Modal, NumberInput, SegmentedControl, Skeleton, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { ImportSource } from '#contract/work.ts'
import type { FormatName, LabelRule } from '#core/sample.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { HubFacts } from '../hub/hub-facts.tsx'
import { HubSearch } from '../hub/hub-search.tsx'
import { useImport } from '../welcome/use-import.ts'
import classes from './form.module.css'
import { parseHubId } from './hub-id.ts'
import { ImportRefusal } from './import-refusal.tsx'
import { InspectionFacts } from './inspection-facts.tsx'
import { PlacePicker, type PickedPlace } from './place-picker.tsx'

export function ImportDialog() {
  const { open, about, close } = useDialogs()
  return (
    <Modal opened={open === 'import'} onClose={close} title="Import a dataset" size={620}>
      <ImportForm about={about} close={close} />
    </Modal>
  )
}

/** `about`: a place id that was dropped or chosen, or what was typed for the Hub. */
function ImportForm({ about, close }: { about: string | null; close: () => void }) {
  const isPlace = about?.startsWith('place-') === true
  const [from, setFrom] = useState<string>(about === null || isPlace ? 'place' : 'hub')
  const [picked, setPicked] = useState<PickedPlace | null>(isPlace ? { place: about, name: '' } : null)
  const [hub, setHub] = useState(isPlace ? '' : (about ?? ''))
  const [settledHub] = useDebouncedValue(hub, 500)
  const [name, setName] = useState('')
  const [split, setSplit] = useState('')
  const [maxSamples, setMaxSamples] = useState<number | null>(null)
  const [copies, setCopies] = useState(false)
  const [format, setFormat] = useState<FormatName | null>(null)
  const [usesAdapter, setUsesAdapter] = useState(true)
  const [labelRule, setLabelRule] = useState<LabelRule | null>(null)
  const [givesToken, setGivesToken] = useState(false)
  const start = useImport()

  /** What was chosen for one source says nothing of another. */
  const changeSource = (change: () => void) => {
    change()
    setFormat(null)
    setUsesAdapter(true)
    setLabelRule(null)
  }
  const hubId = parseHubId(settledHub)
  const source: ImportSource | null =
    from === 'place'
      ? picked === null
        ? null
        : { kind: 'place', place: picked.place }
      : hubId === null
        ? null
        : { kind: 'hub', ...hubId }
  const inspection = useEngineQuery(
    'imports.inspect',
    { source: source ?? { kind: 'sample' } },
    { enabled: source !== null },
  )
  const isReady = source !== null && inspection.status === 'ready' && !inspection.isStale

  async function submit(): Promise<void> {
    if (source === null) return
    const isKnown = inspection.data?.adapter != null && usesAdapter
    const isStarted = await start.run({
      source,
      name: name.trim() === '' ? null : name.trim(),
      split: split.trim() === '' ? null : split.trim(),
      maxSamples,
      copy: copies,
      format: isKnown ? null : format,
      useAdapter: usesAdapter,
      labelRule,
    })
    if (isStarted) close()
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) void submit()
      }}
    >
      {from === 'place' && <FocusTrap.InitialFocus />}
      <SegmentedControl
        aria-label="Where from"
        value={from}
        onChange={(value) => changeSource(() => setFrom(value))}
        data={[
          { value: 'place', label: 'Folder or file' },
          { value: 'hub', label: 'Hugging Face Hub' },
        ]}
      />
      {from === 'place' ? (
        <PlacePicker want="either" picked={picked} onPick={(place) => changeSource(() => setPicked(place))} />
      ) : (
        <HubSearch
          text={hub}
          onText={(text) => changeSource(() => setHub(text))}
          givesToken={givesToken}
          onGiveToken={setGivesToken}
        />
      )}
      {source?.kind === 'hub' && <HubFacts repo={source.repo} revision={source.revision} />}
      {source !== null && inspection.status === 'loading' && <Skeleton height={92} />}
      {source !== null && inspection.status === 'error' && (
        <ImportRefusal
          error={inspection.error}
          repo={source.kind === 'hub' ? source.repo : null}
          onGiveToken={() => setGivesToken(true)}
          retry={inspection.retry}
        />
      )}
      {source !== null && inspection.status === 'ready' && (
        <InspectionFacts
          found={inspection.data}
          isStale={inspection.isStale}
          format={format}
          onFormat={setFormat}
          usesAdapter={usesAdapter}
          onUseAdapter={setUsesAdapter}
          labelRule={labelRule}
          onLabelRule={setLabelRule}
        />
      )}
      <div className={classes.row}>
        <TextInput
          label="Name"
          placeholder={source === null ? 'as in the source' : (inspection.data?.name ?? 'as in the source')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="Split"
          placeholder="all"
          value={split}
          onChange={(event) => setSplit(event.currentTarget.value)}
        />
        <NumberInput
          label="At most"
          placeholder="all samples"
          min={1}
          thousandSeparator=","
          value={maxSamples ?? ''}
          onChange={(value) => setMaxSamples(typeof value === 'number' ? value : null)}
        />
      </div>
      {from === 'place' && (
        <Checkbox
          label="Copy the images into the library (otherwise Foible refers to them where they are)"
          checked={copies}
          onChange={(event) => setCopies(event.currentTarget.checked)}
        />
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" disabled={!isReady} loading={start.isRunning}>
          Import
        </Button>
      </div>
    </form>
  )
}
