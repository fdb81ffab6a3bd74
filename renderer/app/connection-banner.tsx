// Says when the engine cannot be reached, and that Foible keeps trying.
import { IconPlugConnectedX } from '@tabler/icons-react'
import { useConnectionStatus, useEngine } from '../engine/engine-context.tsx'
import classes from './connection-banner.module.css'

export function ConnectionBanner() {
  const { shell } = useEngine()
  if (useConnectionStatus() !== 'lost') return null
  return (
    <div className={classes.banner} role="alert">
      <IconPlugConnectedX size={16} />
      The engine does not answer. What was stored is kept; Foible connects again as soon as it is back.
      {shell === 'browser' && ' If the server was started anew, open the address that it printed.'}
    </div>
  )
}
