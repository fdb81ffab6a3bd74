// Finds any value of the vocabulary: typed, chosen with the arrows, taken with Enter.
import { Combobox, TextInput, useCombobox } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useState, type RefObject } from 'react'
import { findValues } from './review-model.ts'

interface ValueSearchProps {
  readonly input: RefObject<HTMLInputElement | null>
  readonly words: readonly string[]
  readonly pick: (value: string) => void
}

const shown = 12

export function ValueSearch({ input, words, pick }: ValueSearchProps) {
  const [text, setText] = useState('')
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const found = findValues(words, text, shown)

  function leave(): void {
    setText('')
    combobox.closeDropdown()
    input.current?.blur()
  }

  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(value) => {
        leave()
        pick(value)
      }}
    >
      <Combobox.Target>
        <TextInput
          ref={input}
          aria-label="Find a value"
          placeholder="Another value (/)"
          leftSection={<IconSearch size={14} />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            combobox.openDropdown()
            combobox.selectFirstOption()
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Escape') leave()
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={260} style={{ overflowY: 'auto' }}>
          {found.length === 0 && <Combobox.Empty>No such value</Combobox.Empty>}
          {found.map((word) => (
            <Combobox.Option key={word} value={word}>
              {word}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
