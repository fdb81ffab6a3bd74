// Picks a path from groups of them.
import { Select, type SelectProps } from '@mantine/core'
import { findPath, type PathGroup, type PathOption } from './field-options.ts'

export interface PathPickerProps extends Pick<SelectProps, 'clearable' | 'placeholder' | 'leftSection' | 'w'> {
  /** Accessible name. */
  readonly name: string
  readonly groups: readonly PathGroup[]
  readonly value: PathOption | null
  readonly onPick: (option: PathOption | null) => void
}

export function PathPicker({ name, groups, value, onPick, ...rest }: PathPickerProps) {
  return (
    <Select
      aria-label={name}
      data={groups.map(({ group, items }) => ({
        group,
        items: items.map((item) => ({ value: item.value, label: item.label })),
      }))}
      value={value?.value ?? null}
      onChange={(picked) => onPick(findPath(groups, picked))}
      allowDeselect={false}
      searchable={groups.flatMap(({ items }) => items).length > 12}
      nothingFoundMessage="No such field"
      checkIconPosition="right"
      w={170}
      {...rest}
    />
  )
}
