// What can be done with a model of the library: name its classes, take it out. What it predicted stays.
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useState } from 'react'
import type { ModelInfo } from '#contract/work.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'

export function ModelActions({ model }: { model: ModelInfo }) {
  const show = useDialogs((dialogs) => dialogs.show)
  const [isAsking, setAsking] = useState(false)
  const remove = useEngineAction('models.remove')
  return (
    <Menu position="bottom-end" withinPortal onClose={() => setAsking(false)}>
      <Menu.Target>
        <ActionIcon variant="subtle" aria-label={`More about ${model.name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {model.protocols.some((protocol) => protocol !== 'zero-shot') && (
          <Menu.Item onClick={() => show('model-classes', model.name)}>Name its classes…</Menu.Item>
        )}
        {model.protocols.length > 0 && (
          <Menu.Item onClick={() => show('check-preprocessing', model.name)}>Check its preprocessing…</Menu.Item>
        )}
        <Menu.Divider />
        {isAsking ? (
          <Menu.Item color="red" onClick={() => void remove.run({ model: model.name })}>
            Remove it: what it predicted stays
          </Menu.Item>
        ) : (
          <Menu.Item color="red" closeMenuOnClick={false} onClick={() => setAsking(true)}>
            Remove from the library…
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
