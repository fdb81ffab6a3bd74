// What must be said beside figures whose images were picked by models' own answers. Nothing where none were.
import { IconAlertTriangle } from '@tabler/icons-react'
import type { Selection } from '#contract/selection.ts'
import classes from './parts.module.css'

export function SelectionNote({ selection }: { selection: Selection | null }) {
  if (selection === null) return null
  return (
    <p role="note" className={classes.selection}>
      <IconAlertTriangle size={15} aria-hidden="true" />
      <span>{selection.warning}</span>
    </p>
  )
}
