// Slices: one row a value of a field, ranked by what can be defended, with the funnel plot beside it.
import { Button, CloseButton, NumberInput, SegmentedControl, TextInput, Tooltip } from '@mantine/core'
import { IconSearch, IconX } from '@tabler/icons-react'
import { useRef } from 'react'
import type { SliceTable } from '#contract/analysis.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { FunnelPlot } from '../charts/funnel-plot.tsx'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'
import { EmptyNote } from '../common/notes.tsx'
import { BinsPicker } from '../parts/bins-picker.tsx'
import { JudgedBy } from '../parts/judged-by.tsx'
import { ModelPicker } from '../parts/model-picker.tsx'
import { PathPicker } from '../parts/path-picker.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { SelectionNote } from '../parts/selection-note.tsx'
import { arrangeSlices, badgeCounts, funnelMarks, overallSentence, sliceKey } from './slices-model.ts'
import { SlicesTable } from './slices-table.tsx'
import { SaveMenu } from '../save/save-menu.tsx'
import { sliceCsv } from './slice-csv.ts'
import { useSlices, type Slices } from './use-slices.ts'
import classes from './slices.module.css'

export function SlicesView() {
  const slices = useSlices()
  const showDialog = useDialogs((state) => state.show)
  if (slices.session.models.length === 0) {
    return (
      <EmptyNote title="No predictions yet" actions={<Button onClick={() => showDialog('predict')}>Predict</Button>}>
        Slices compare how often a model fails from value to value. Run a model on this dataset first.
      </EmptyNote>
    )
  }
  if (slices.field === null) {
    return (
      <EmptyNote title="No field to slice by">
        This dataset has no field with two values or more. Import metadata with it, or tag what you see in the Gallery.
      </EmptyNote>
    )
  }
  return (
    <div className={classes.view}>
      <Toolbar slices={slices} />
      <QueryView query={slices.query} name="Slices" lines={12} className={classes.content}>
        {(table) => <Content slices={slices} table={table} field={slices.field?.label ?? ''} />}
      </QueryView>
    </div>
  )
}

function Toolbar({ slices }: { slices: Slices }) {
  const { groups, field, cross, state, change } = slices
  const crossGroups = groups
    .map(({ group, items }) => ({ group, items: items.filter((item) => item.value !== field?.value) }))
    .filter(({ items }) => items.length > 0)
  return (
    <div className={classes.toolbar}>
      <PathPicker
        name="Slice by"
        groups={groups}
        value={field}
        w={150}
        onPick={(option) => change({ field: option?.value ?? null })}
      />
      {field?.isNumber === true && <BinsPicker field={field} bins={slices.bins} />}
      <IconX size={12} aria-hidden="true" />
      <PathPicker
        name="Cross with"
        groups={crossGroups}
        value={cross}
        placeholder="cross with…"
        clearable
        w={128}
        onPick={(option) => change({ cross: option?.value ?? null })}
      />
      {cross?.isNumber === true && <BinsPicker field={cross} bins={slices.bins} />}
      <ModelPicker />
      <Tooltip label="Compare each slice with what its classes usually fail, not with the whole">
        <SegmentedControl
          aria-label="Class adjustment"
          value={state.adjust}
          onChange={(adjust) => change({ adjust })}
          data={[
            { value: 'auto', label: 'Auto' },
            { value: 'on', label: 'Adjusted' },
            { value: 'off', label: 'Raw' },
          ]}
        />
      </Tooltip>
      {slices.isInferred && (
        <Tooltip label="Leave out inferred values that nobody confirmed and whose margin is lower">
          <NumberInput
            aria-label="Least margin"
            placeholder="any margin"
            min={0}
            max={1}
            step={0.05}
            decimalScale={3}
            value={state.minMargin ?? ''}
            onChange={(value) => change({ minMargin: typeof value === 'number' ? value : null })}
            w={104}
          />
        </Tooltip>
      )}
      <TextInput
        className={classes.search ?? ''}
        aria-label="Search slices"
        placeholder="Search"
        leftSection={<IconSearch size={14} />}
        value={state.search}
        onChange={(event) => change({ search: event.currentTarget.value })}
        rightSection={
          state.search === '' ? null : (
            <CloseButton size="xs" aria-label="Clear the search" onClick={() => change({ search: '' })} />
          )
        }
      />
    </div>
  )
}

function Content({ slices, table, field }: { slices: Slices; table: SliceTable; field: string }) {
  const { state, change, pick, hovered, setHovered } = slices
  const funnel = useRef<HTMLElement>(null)
  const rows = arrangeSlices(table.slices, state.sort, state.search)
  const marks = funnelMarks(rows)
  const pickKey = (key: string, exclude: boolean) => {
    const row = rows.find((candidate) => sliceKey(candidate) === key)
    if (row) pick(row, exclude)
  }
  return (
    <>
      {table.slices.length > 0 && (
        <div className={classes.notes}>
          <Summary table={table} />
          <JudgedBy models={table.models} />
          <SelectionNote selection={table.selection} />
          {table.inferred.map((sentence) => (
            <p key={sentence}>{sentence}</p>
          ))}
          <p>{table.power.sentence}</p>
          <p>
            {table.adjustNote} <LeftOut slices={slices} table={table} />
          </p>
        </div>
      )}
      {table.slices.length === 0 ? (
        <EmptyNote
          title="Nothing to slice here"
          actions={
            <Button variant="default" onClick={() => slices.session.setFilter({ kind: 'and', items: [] })}>
              Clear the filter
            </Button>
          }
        >
          No sample under this filter has a class, a value of {field} and a prediction of every chosen model.
        </EmptyNote>
      ) : (
        <div className={classes.split}>
          <SlicesTable
            field={slices.cross === null ? field : `${field} × ${slices.cross.label}`}
            rows={rows}
            sort={state.sort}
            onSort={(sort) => change({ sort })}
            hovered={hovered}
            onHover={setHovered}
            stateOf={slices.stateOf}
            onPick={pick}
            onShow={slices.showSlice}
          />
          <figure className={classes.funnel} ref={funnel}>
            <figcaption>
              <strong>Failure rate against n</strong>
              <SaveMenu name={`Slices of ${field}`} picture={funnel} rows={() => sliceCsv(table)} />
              <span>Grey: where chance alone would put 95 % and 99.8 % of slices</span>
            </figcaption>
            <div className={classes.plot}>
              <FunnelPlot
                marks={marks}
                overall={table.overall.rate}
                activeKey={hovered}
                onHover={setHovered}
                onPick={pickKey}
              />
            </div>
          </figure>
        </div>
      )}
      <details className={classes.evidence}>
        <summary>What these figures rest on</summary>
        <ul>
          {table.evidence.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </details>
    </>
  )
}

function Summary({ table }: { table: SliceTable }) {
  const { more, less } = badgeCounts(table.slices)
  return (
    <p className={classes.summary}>
      <strong>
        {more === 0 ? 'No slice fails more' : `${formatPlural(more, 'slice')} ${more === 1 ? 'fails' : 'fail'} more`}{' '}
        than expected
      </strong>
      {less > 0 && `, ${formatCount(less)} ${less === 1 ? 'fails' : 'fail'} less`}. Overall {overallSentence(table)}.
    </p>
  )
}

function LeftOut({ slices, table }: { slices: Slices; table: SliceTable }) {
  const reasons = table.leftOut.map(({ reason, count }) => `${formatCount(count)} ${reason}`)
  return (
    <>
      {reasons.length > 0 && <>Left out: {reasons.join(', ')}. </>}
      {table.missing !== null && table.missing.n > 0 && (
        <button type="button" className={classes.link} onClick={slices.showMissing}>
          {formatPlural(table.missing.n, 'sample')} {table.missing.what}
        </button>
      )}
    </>
  )
}
