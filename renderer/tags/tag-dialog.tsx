// Tags what is selected, the current sample, or the whole view; and says which tags lie under the keys 1 to 9.
import { Autocomplete, Button, Kbd, Modal, SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { CallInput } from '#contract/contract.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { useSession } from '../session/session.ts'
import classes from './tags.module.css'
import { tagTarget } from './use-quick-tag.ts'

export function TagDialog() {
  const { open, close } = useDialogs()
  return (
    <Modal opened={open === 'tag'} onClose={close} title="Tag" size={460}>
      <TagForm close={close} />
      <QuickTagKeys />
    </Modal>
  )
}

function TagForm({ close }: { close: () => void }) {
  const session = useSession()
  const { dataset, filter, recordDataAct } = session
  const ids = tagTarget(session)
  const [name, setName] = useState('')
  const [wanted, setWanted] = useState<string>('ids')
  const counts = useEngineQuery('query.counts', { dataset: dataset.id, filter, facets: [], top: 1 })
  const apply = useEngineAction('tags.apply')
  const isView = wanted === 'view' || ids.length === 0
  const count = isView ? (counts.data?.total ?? 0) : ids.length
  const tag = name.trim()

  async function submit(on: boolean): Promise<void> {
    const target: CallInput<'tags.apply'>['target'] = isView
      ? { kind: 'filter', filter }
      : { kind: 'ids', ids: [...ids], under: filter }
    const done = await apply.run({ dataset: dataset.id, tag, on, target })
    if (done === null) return
    if (done.changed > 0) recordDataAct()
    close()
  }

  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (tag !== '') void submit(true)
      }}
    >
      <SegmentedControl
        aria-label="What to tag"
        value={isView ? 'view' : 'ids'}
        onChange={setWanted}
        data={[
          {
            value: 'ids',
            label: session.selectedIds.size > 0 ? `${formatPlural(ids.length, 'selected image')}` : 'This image',
            disabled: ids.length === 0,
          },
          { value: 'view', label: `All in view (${formatPlural(counts.data?.total ?? 0, 'image')})` },
        ]}
      />
      <Autocomplete
        aria-label="Tag"
        placeholder="Name of the tag"
        data-autofocus
        size="sm"
        data={[...new Set([...dataset.tags.map((some) => some.name), ...session.quickTags])]}
        value={name}
        onChange={setName}
        onOptionSubmit={setName}
      />
      <div className={classes.actions}>
        <Button variant="default" disabled={tag === '' || apply.isRunning} onClick={() => void submit(false)}>
          Take off
        </Button>
        <Button type="submit" disabled={tag === '' || count === 0} loading={apply.isRunning}>
          Tag {formatPlural(count, 'image')}
        </Button>
      </div>
    </form>
  )
}

function QuickTagKeys() {
  const { quickTags, setQuickTags } = useSession()
  const about = useDialogs((dialogs) => dialogs.about)
  const rename = (index: number, tag: string) => {
    const next = Array.from({ length: 9 }, (_, at) => (at === index ? tag : (quickTags[at] ?? '')))
    setQuickTags(next.slice(0, next.findLastIndex((text) => text !== '') + 1))
  }
  return (
    <section className={classes.section} aria-label="Quick tags">
      <h3 className={classes.title}>Quick tags: one key puts the tag on and goes to the next image</h3>
      <div className={classes.keys}>
        {Array.from({ length: 9 }, (_, index) => (
          <div key={index} className={classes.key}>
            <Kbd>{index + 1}</Kbd>
            <TextInput
              aria-label={`Quick tag ${index + 1}`}
              value={quickTags[index] ?? ''}
              autoFocus={about === `${index + 1}`}
              onChange={(event) => rename(index, event.currentTarget.value)}
            />
          </div>
        ))}
      </div>
    </section>
  )
}
