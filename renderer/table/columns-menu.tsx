// Columns on and off, by group.
import { Button, Checkbox, Popover, ScrollArea } from '@mantine/core'
import { IconColumns } from '@tabler/icons-react'
import type { Table } from './use-table.ts'
import classes from './table.module.css'

export function ColumnsMenu({ table }: { table: Table }) {
  const { all, shown, chooseColumns } = table
  const on = new Set(shown.map(({ key }) => key))
  const groups = [...new Set(all.map(({ group }) => group))]
  const toggle = (keys: readonly string[], show: boolean) => {
    const next = all.map(({ key }) => key).filter((key) => (keys.includes(key) ? show : on.has(key)))
    chooseColumns(next)
  }
  return (
    <Popover position="bottom-start" trapFocus>
      <Popover.Target>
        <Button variant="default" leftSection={<IconColumns size={14} />}>
          {shown.length} of {all.length} columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <ScrollArea.Autosize mah={420} w={280} type="auto">
          <div className={classes.menu}>
            {groups.map((group) => {
              const columns = all.filter((column) => column.group === group)
              const count = columns.filter(({ key }) => on.has(key)).length
              return (
                <fieldset key={group}>
                  <Checkbox
                    label={group}
                    fw={600}
                    checked={count === columns.length}
                    indeterminate={count > 0 && count < columns.length}
                    onChange={(event) =>
                      toggle(
                        columns.map(({ key }) => key),
                        event.currentTarget.checked,
                      )
                    }
                  />
                  {columns.map((column) => (
                    <Checkbox
                      key={column.key}
                      ml="lg"
                      label={column.title.startsWith(`${group} `) ? column.title.slice(group.length + 1) : column.title}
                      aria-label={column.title}
                      checked={on.has(column.key)}
                      onChange={(event) => toggle([column.key], event.currentTarget.checked)}
                    />
                  ))}
                </fieldset>
              )
            })}
            <Button variant="subtle" onClick={() => chooseColumns(null)}>
              As at first
            </Button>
          </div>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  )
}
