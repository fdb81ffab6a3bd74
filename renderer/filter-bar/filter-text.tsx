// A text field that edits a filter, with completion. Enter applies, Tab completes, Escape puts the old text back.
import { Combobox, TextInput } from '@mantine/core'
import type { FilterExpr } from '#core/filter/expr.ts'
import classes from './filter-text.module.css'
import { useFilterText } from './use-filter-text.ts'

interface FilterTextProps {
  readonly filter: FilterExpr
  readonly onCommit: (filter: FilterExpr) => void
  readonly label: string
  readonly placeholder?: string
  readonly autoFocus?: boolean
  /** Marks the field that `/` goes to. */
  readonly id?: string
}

export function FilterText({ filter, onCommit, label, placeholder = '', autoFocus = false, id }: FilterTextProps) {
  const field = useFilterText(filter, onCommit)
  const { options } = field.completion

  function onKeyDown(event: React.KeyboardEvent<HTMLInputElement>): void {
    const chosen = field.combobox.getSelectedOptionIndex()
    if (event.key === 'Escape') {
      field.revert()
      event.currentTarget.blur()
    }
    if (event.key === 'Enter' && !(field.combobox.dropdownOpened && chosen !== -1)) {
      event.preventDefault()
      if (field.submit()) event.currentTarget.blur()
    }
    const [first] = options
    if (event.key === 'Tab' && !event.shiftKey && field.combobox.dropdownOpened && first !== undefined) {
      event.preventDefault()
      field.complete((options[chosen] ?? first).label)
    }
  }

  return (
    <div className={classes.field}>
      <Combobox
        store={field.combobox}
        onOptionSubmit={(option) => field.complete(option)}
        position="bottom-start"
        width="target"
        shadow="md"
      >
        <Combobox.Target>
          <TextInput
            ref={field.input}
            id={id}
            aria-label={label}
            aria-invalid={field.problem !== null}
            placeholder={placeholder}
            autoFocus={autoFocus}
            spellCheck={false}
            autoComplete="off"
            classNames={{ input: classes.input }}
            value={field.text}
            onChange={(event) => {
              const { value, selectionStart } = event.currentTarget
              field.edit(value, selectionStart ?? value.length)
            }}
            onSelect={(event) => field.setCursor(event.currentTarget.selectionStart ?? 0)}
            onFocus={() => field.setFocused(true)}
            onBlur={() => {
              field.setFocused(false)
              field.combobox.closeDropdown()
            }}
            onClick={() => field.combobox.openDropdown()}
            onKeyDown={onKeyDown}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={options.length === 0 || !field.isFocused}>
          <Combobox.Options mah={280} className={classes.options}>
            {options.map(({ label: option, kind, detail }) => (
              <Combobox.Option key={option} value={option} className={classes.option}>
                <span>{option}</span>
                <span className={classes.kind}>{detail ?? kind}</span>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {field.problem !== null && (
        <div className={classes.problem} role="alert">
          {field.problem}
        </div>
      )}
    </div>
  )
}
