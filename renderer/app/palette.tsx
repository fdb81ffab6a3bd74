// The command palette: every command of the table, found by a few letters.
import { rem, useMantineColorScheme } from '@mantine/core'
import { Spotlight, spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import { useCommands, useCommandTable, commandGroups, type Command } from './commands.ts'
import { KeyCaps } from './help-dialog.tsx'
import { homeAddress, navigate } from './route.ts'

export function Palette() {
  const { setColorScheme } = useMantineColorScheme()
  useCommands([
    { id: 'palette', title: 'Find a command', group: 'Help', keys: ['Mod+k'], keyOnly: true, run: spotlight.toggle },
    { id: 'go-home', title: 'Datasets', group: 'Go to', keys: ['g h'], run: () => navigate(homeAddress) },
    { id: 'theme-light', title: 'Light theme', group: 'View', keys: [], run: () => setColorScheme('light') },
    { id: 'theme-dark', title: 'Dark theme', group: 'View', keys: [], run: () => setColorScheme('dark') },
    { id: 'theme-auto', title: 'Theme of the system', group: 'View', keys: [], run: () => setColorScheme('auto') },
  ])
  const commands = useCommandTable((table) => table.sets).flat()
  return (
    <Spotlight
      actions={commandGroups.map((group) => ({
        group,
        actions: commands.filter((command) => command.group === group && command.keyOnly !== true).map(toAction),
      }))}
      nothingFound="No command is called that"
      highlightQuery
      scrollable
      maxHeight={420}
      shortcut={null}
      overlayProps={{ blur: 0, backgroundOpacity: 0.45 }}
      searchProps={{
        leftSection: <IconSearch size={16} />,
        placeholder: 'Find a command',
        'aria-label': 'Find a command',
        size: 'sm',
      }}
      styles={{ action: { minHeight: rem(30), padding: '4px 12px' }, actionLabel: { fontSize: rem(13) } }}
    />
  )
}

function toAction({ id, title, keys, run }: Command) {
  const [first] = keys
  return {
    id,
    label: title,
    onClick: run,
    ...(first === undefined ? {} : { rightSection: <KeyCaps keys={first} /> }),
  }
}
