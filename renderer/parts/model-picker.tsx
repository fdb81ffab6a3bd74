// Chooses runs: a menu of check boxes that never leaves none checked.
import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useSession } from '../session/session.ts'

export function ModelPicker({ name = 'Models' }: { name?: string }) {
  const { dataset, model: focus, models, setModels } = useSession()
  const runs = dataset.runs.map((run) => run.model)
  const toggle = (model: string) => {
    const next = runs.filter((other) => (other === model ? !models.includes(model) : models.includes(other)))
    if (next.length > 0) setModels(next)
  }
  return (
    <Menu closeOnItemClick={false} position="bottom-start" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          rightSection={<IconChevronDown size={14} aria-hidden="true" />}
          aria-label={`${name}: ${models.join(', ')}`}
        >
          {pickedText(models, runs)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        {runs.map((model) => (
          <Menu.CheckboxItem key={model} checked={models.includes(model)} onChange={() => toggle(model)}>
            {model}
          </Menu.CheckboxItem>
        ))}
        {runs.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => setModels(null)}>Those judged as {focus} is</Menu.Item>
            <Menu.Item onClick={() => setModels(runs)}>All {runs.length} models</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function pickedText(models: readonly string[], runs: readonly string[]): string {
  if (models.length === 1) return models[0] ?? ''
  return models.length === runs.length ? `All ${runs.length} models` : `${models.length} of ${runs.length} models`
}
