// Picks a value of the field that the confusion is split by, most frequent first.
import { Select } from '@mantine/core'
import type { Scalar } from '#core/filter/expr.ts'
import { formatCount } from '#core/format/numbers.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { valueText } from '../parts/filters.ts'
import type { ConfusionScreen } from './use-confusion.ts'

export interface ValuePickerProps {
  readonly screen: ConfusionScreen
  readonly name: string
  readonly value: Scalar | null | undefined
  readonly placeholder: string
  readonly onPick: (value: Scalar | null | undefined) => void
}

export function ValuePicker({ screen, name, value, placeholder, onPick }: ValuePickerProps) {
  const { dataset } = screen.session
  const path = screen.by?.path ?? { kind: 'field' as const, name: '' }
  const query = useEngineQuery(
    'query.values',
    { dataset: dataset.id, path, search: '', limit: 1000 },
    { enabled: screen.by !== null },
  )
  const options = query.data ?? []
  return (
    <Select
      aria-label={name}
      placeholder={placeholder}
      data={options.map((option) => ({
        value: JSON.stringify(option.value),
        label: `${valueText(option.value)} (${formatCount(option.count)})`,
      }))}
      value={value === undefined ? null : JSON.stringify(value)}
      onChange={(key) => onPick(options.find((option) => JSON.stringify(option.value) === key)?.value)}
      searchable
      clearable
      limit={200}
      w={170}
      nothingFoundMessage="No such value"
    />
  )
}
