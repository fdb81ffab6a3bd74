// What stands in a view's place when there is nothing to show: an explanation with a way on, or what went wrong.
import { Button, EmptyState } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { FoibleError } from '#core/errors.ts'
import classes from './notes.module.css'

interface NoteProps {
  readonly title: string
  readonly children?: ReactNode
  readonly icon?: ReactNode
  /** Buttons that lead on. */
  readonly actions?: ReactNode
}

export function EmptyNote({ title, children, icon, actions }: NoteProps) {
  return (
    <div className={classes.place}>
      <EmptyState size="sm" title={title} description={children} icon={icon}>
        {actions !== undefined && <EmptyState.Actions>{actions}</EmptyState.Actions>}
      </EmptyState>
    </div>
  )
}

export function ErrorNote({ error, retry }: { error: FoibleError; retry?: () => void }) {
  return (
    <div className={classes.place} role="alert">
      <EmptyState
        size="sm"
        icon={<IconAlertTriangle stroke={1.5} color="var(--f-wrong)" />}
        title="This could not be shown"
        description={error.message}
      >
        {retry !== undefined && (
          <EmptyState.Actions>
            <Button variant="default" onClick={retry}>
              Try again
            </Button>
          </EmptyState.Actions>
        )}
      </EmptyState>
    </div>
  )
}
