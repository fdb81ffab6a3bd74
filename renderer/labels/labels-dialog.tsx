// Which of a model's classes are right answers for each class of the dataset: what was found, and what a person decides.
import { Modal, SegmentedControl, Select } from '@mantine/core'
import { useRef, useState } from 'react'
import type { LabelMap } from '#contract/labels.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { EmptyNote } from '../common/notes.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { QueryView } from '../parts/query-view.tsx'
import { useSession } from '../session/session.ts'
import { ClassPanel } from './class-panel.tsx'
import { arrangeClasses, needsLook, unmappedText } from './labels-model.ts'
import { LabelsTable } from './labels-table.tsx'
import { useDecide } from './use-decide.ts'
import classes from './labels.module.css'

export function LabelsDialog() {
  const { open, about, close } = useDialogs()
  return (
    <Modal opened={open === 'labels'} onClose={close} title="What classes mean to a model" size={1080}>
      <Labels about={about} />
    </Modal>
  )
}

function Labels({ about }: { about: string | null }) {
  const { dataset } = useSession()
  const models = useEngineQuery('models.list', {})
  const names = [...new Set([...dataset.runs.map((run) => run.model), ...(models.data ?? []).map(({ name }) => name)])]
  const [chosen, setChosen] = useState(about)
  const model = chosen ?? names[0] ?? null
  const map = useEngineQuery('labels.map', { dataset: dataset.id, model: model ?? '' }, { enabled: model !== null })
  if (model === null && models.status === 'ready') {
    return <EmptyNote title="There is no model yet">Add one, and its classes are matched with the dataset’s.</EmptyNote>
  }
  return (
    <div className={classes.dialog}>
      <Select
        label="Model"
        description="Decisions hold for all models with the same classes, and for what they have predicted already."
        data={names}
        value={model}
        allowDeselect={false}
        onChange={setChosen}
        w={620}
      />
      <QueryView query={map} name="Classes" lines={12} className={classes.review}>
        {(data) => <Review key={data.labelSpace} model={model ?? ''} map={data} />}
      </QueryView>
    </div>
  )
}

function Review({ model, map }: { model: string; map: LabelMap }) {
  // The order of the beginning: rows must not run away from under the hand that decides them.
  const [order] = useState(() => arrangeClasses(map.classes).map((row) => row.class))
  const [first] = useState(() => new Set(map.classes.filter(needsLook).map((row) => row.class)))
  const [extent, setExtent] = useState(first.size > 0 ? 'open' : 'all')
  const [active, setActive] = useState(0)
  const [typed, setTyped] = useState('')
  const grid = useRef<HTMLDivElement>(null)
  const decide = useDecide(model)
  const byName = new Map(map.classes.map((row) => [row.class, row]))
  const known = order.flatMap((name) => byName.get(name) ?? [])
  const rows = extent === 'all' ? known : known.filter((row) => first.has(row.class) || needsLook(row))
  const at = Math.min(active, rows.length - 1)
  const row = rows[at]
  return (
    <>
      <div className={classes.bar}>
        <p className={classes.summary} role="status" data-warn={map.unmapped.classes > 0 || undefined}>
          {unmappedText(map)}
        </p>
        <SegmentedControl
          aria-label="Which classes"
          value={extent}
          onChange={(value) => {
            setExtent(value)
            setActive(0)
          }}
          data={[
            { value: 'open', label: `To look at (${known.filter(needsLook).length})` },
            { value: 'all', label: `All (${known.length})` },
          ]}
        />
      </div>
      <div className={classes.panes}>
        <LabelsTable
          ref={grid}
          rows={rows}
          active={at}
          onActive={setActive}
          onConfirm={(some) => {
            const [proposal] = some.proposals
            if (proposal !== undefined) void decide.accept(some, [proposal.id])
          }}
          onClear={(some) => void decide.clear(some)}
          onType={setTyped}
        />
        {row !== undefined && (
          <ClassPanel
            key={row.class}
            model={model}
            row={row}
            decide={decide}
            typed={typed}
            onTyped={setTyped}
            onPicked={() => grid.current?.focus()}
          />
        )}
      </div>
    </>
  )
}
