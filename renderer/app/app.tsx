// The program's frame: theme, connection, and either the welcome screen or an open dataset.
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import type { Connection } from '../engine/connection.ts'
import { EngineProvider } from '../engine/engine-context.tsx'
import { datasetOfLink } from '../session/session-link.ts'
import { Welcome } from '../welcome/welcome.tsx'
import { useCommandKeys } from './commands.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { Palette } from './palette.tsx'
import { useAddress } from './route.ts'
import { styleNonce } from './style-nonce.ts'
import { cssVariables, theme } from './theme.ts'
import { Workspace } from './workspace.tsx'

export function App({ connection }: { connection: Connection }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={styleNonce}
    >
      <Notifications position="bottom-right" limit={4} zIndex={500} />
      <EngineProvider connection={connection}>
        <ConnectionBanner />
        <Pages />
        <Palette />
        <HelpDialog />
      </EngineProvider>
    </MantineProvider>
  )
}

function Pages() {
  useCommandKeys()
  const dataset = datasetOfLink(useAddress())
  return dataset === null ? <Welcome /> : <Workspace key={dataset} id={dataset} />
}
