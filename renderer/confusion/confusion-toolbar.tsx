// What the confusion matrix shows and how: model, mode, field and values, then order, scale and what is left out.
import { Button, Menu, SegmentedControl, Select } from '@mantine/core'
import { IconAdjustmentsHorizontal } from '@tabler/icons-react'
import type { Scalar } from '#core/filter/expr.ts'
import { PathPicker } from '../parts/path-picker.tsx'
import { ValuePicker } from './value-picker.tsx'
import type { ClassOrder } from './axis-model.ts'
import type { CellScale } from './matrix-model.ts'
import type { ConfusionMode, ConfusionScreen } from './use-confusion.ts'
import classes from './confusion.module.css'

const modes: { value: ConfusionMode; label: string }[] = [
  { value: 'matrix', label: 'Matrix' },
  { value: 'values', label: 'By value' },
  { value: 'difference', label: 'Difference' },
]
const orders: { value: ClassOrder; label: string }[] = [
  { value: 'index', label: 'By index' },
  { value: 'frequency', label: 'By frequency' },
  { value: 'similarity', label: 'By confusion' },
]
const scales: { value: CellScale; label: string }[] = [
  { value: 'count', label: 'Count' },
  { value: 'row', label: 'Of row' },
  { value: 'column', label: 'Of column' },
]
/** Stands for no model in the choice of what is subtracted: no model has an empty name. */
const ofValues = ''
const tops = [
  { value: 'all', label: 'All classes' },
  { value: '100', label: 'Top 100' },
  { value: '50', label: 'Top 50' },
  { value: '20', label: 'Top 20' },
]

export function ConfusionToolbar({ screen }: { screen: ConfusionScreen }) {
  const { session, model, state, change, changeMatrix, groups, by } = screen
  const { matrix, mode } = state
  const others = session.dataset.runs.map((run) => run.model).filter((other) => other !== model)
  const minusModel = mode === 'difference' ? (others.find((other) => other === state.minusModel) ?? null) : null
  const pickValue = (value: Scalar | null | undefined) => change({ value })
  return (
    <div className={classes.toolbars}>
      <div className={classes.toolbar}>
        <Select
          aria-label="Model"
          data={session.dataset.runs.map((run) => run.model)}
          value={model}
          allowDeselect={false}
          w={160}
          onChange={(value) => value !== null && session.setModel(value)}
        />
        <SegmentedControl
          aria-label="What to show"
          data={modes}
          value={mode}
          onChange={(value) => change({ mode: value })}
        />
        {mode === 'difference' && others.length > 0 && (
          <Select
            aria-label="Minus"
            data={[
              { value: ofValues, label: 'value minus value' },
              ...others.map((other) => ({ value: other, label: `minus ${other}` })),
            ]}
            value={minusModel ?? ofValues}
            allowDeselect={false}
            w={190}
            onChange={(other) => change({ minusModel: other === ofValues ? null : other })}
          />
        )}
        {by !== null && minusModel === null && (mode !== 'matrix' || state.value !== undefined) && (
          <PathPicker
            name="By field"
            groups={groups}
            value={by}
            w={140}
            onPick={(option) => change({ by: option?.value ?? null, value: undefined, minus: null })}
          />
        )}
        {by !== null &&
          minusModel === null &&
          (mode === 'difference' || (mode === 'matrix' && state.value !== undefined)) && (
            <ValuePicker screen={screen} name="Value" value={state.value} placeholder="value" onPick={pickValue} />
          )}
        {by !== null && minusModel === null && mode === 'difference' && (
          <>
            <span className="f-dim">minus</span>
            <ValuePicker
              screen={screen}
              name="Minus value"
              value={state.minus ?? undefined}
              placeholder="all others"
              onPick={(value) => change({ minus: value ?? null })}
            />
          </>
        )}
      </div>
      <div className={classes.toolbar}>
        <Select
          aria-label="Order of classes"
          data={orders}
          value={matrix.order}
          allowDeselect={false}
          w={124}
          onChange={(order) => order !== null && changeMatrix({ order })}
        />
        <Select
          aria-label="Classes shown"
          data={tops}
          value={String(matrix.top ?? 'all')}
          allowDeselect={false}
          w={110}
          onChange={(top) => changeMatrix({ top: top === 'all' || top === null ? null : Number(top) })}
        />
        {mode !== 'difference' && (
          <SegmentedControl
            aria-label="Scale of the cells"
            data={scales}
            value={matrix.scale}
            onChange={(scale) => changeMatrix({ scale })}
          />
        )}
        <DrawingOptions screen={screen} />
      </div>
    </div>
  )
}

function DrawingOptions({ screen }: { screen: ConfusionScreen }) {
  const { state, changeMatrix } = screen
  const { hideDiagonal, log, foldOutside } = state.matrix
  const options = [
    { label: 'Hide the diagonal', on: hideDiagonal, toggle: () => changeMatrix({ hideDiagonal: !hideDiagonal }) },
    { label: 'Logarithmic colour', on: log, toggle: () => changeMatrix({ log: !log }) },
    {
      label: 'Answers outside the dataset in one column',
      on: foldOutside,
      toggle: () => changeMatrix({ foldOutside: !foldOutside }),
    },
  ]
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" px={8} leftSection={<IconAdjustmentsHorizontal size={14} />}>
          Options
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map(({ label, on, toggle }) => (
          <Menu.CheckboxItem key={label} checked={on} onChange={toggle}>
            {label}
          </Menu.CheckboxItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
