// An open dataset: header with the filter, facets, the screens, inspector and status bar. Panes resize and collapse.
import { Button, Skeleton } from '@mantine/core'
import { Suspense } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { ErrorNote } from '../common/notes.tsx'
import { whyNotOfCube } from '../cube/cube-model.ts'
import { CubeNote } from '../cube/cube-note.tsx'
import { Dialogs } from '../dialogs/dialogs.tsx'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { FacetPanel } from '../facets/facet-panel.tsx'
import { Inspector } from '../inspector/inspector.tsx'
import { SessionProvider } from '../session/session-provider.tsx'
import { showsInspector } from '../session/session-store.ts'
import { useSessionContext, useSessionPart } from '../session/session.ts'
import { Header } from './header.tsx'
import { homeAddress } from './route.ts'
import { ScreenBoundary } from './screen-boundary.tsx'
import { ScreenTabs } from './screen-tabs.tsx'
import { screens } from './screens.tsx'
import { StatusBar } from './status-bar.tsx'
import { useWorkspaceCommands } from './use-workspace-commands.ts'
import classes from './workspace.module.css'

export function Workspace({ id }: { id: string }) {
  const dataset = useEngineQuery('datasets.open', { dataset: id })
  if (dataset.status === 'error') {
    return (
      <main className={classes.failed}>
        <ErrorNote error={dataset.error} retry={dataset.retry} />
        <Button component="a" variant="subtle" href={homeAddress}>
          All datasets
        </Button>
      </main>
    )
  }
  if (dataset.status === 'loading') return <WorkspaceSkeleton />
  return (
    <SessionProvider dataset={dataset.data}>
      <WorkspaceFrame />
    </SessionProvider>
  )
}

function WorkspaceFrame() {
  useWorkspaceCommands()
  const facetsOpen = useSessionPart((state) => state.facetsOpen)
  const { cube } = useSessionContext().dataset
  // A cube has no image that could be inspected.
  const inspectorOpen = useSessionPart(showsInspector) && cube === null
  const panelIds = [...(facetsOpen ? ['facets'] : []), 'main', ...(inspectorOpen ? ['inspector'] : [])]
  const layout = useDefaultLayout({ id: 'foible.panes', panelIds, storage: localStorage })
  return (
    <div className={classes.frame}>
      <Header />
      <Group orientation="horizontal" className={classes.panes} {...layout}>
        {facetsOpen && (
          <>
            <Panel id="facets" defaultSize={248} minSize={180} maxSize={480} groupResizeBehavior="preserve-pixel-size">
              <FacetPanel />
            </Panel>
            <Separator className={classes.separator} aria-label="Width of the facets" />
          </>
        )}
        <Panel id="main" minSize={360}>
          <main className={classes.main}>
            <ScreenTabs />
            <CurrentScreen />
          </main>
        </Panel>
        {inspectorOpen && (
          <>
            <Separator className={classes.separator} aria-label="Width of the inspector" />
            <Panel
              id="inspector"
              defaultSize={304}
              minSize={220}
              maxSize={720}
              groupResizeBehavior="preserve-pixel-size"
            >
              <Inspector />
            </Panel>
          </>
        )}
      </Group>
      <StatusBar />
      <Dialogs />
    </div>
  )
}

function CurrentScreen() {
  const id = useSessionPart((state) => state.screen)
  const { cube } = useSessionContext().dataset
  const screen = screens.find((some) => some.id === id)
  if (screen === undefined) return null
  const why = cube === null ? null : whyNotOfCube(id)
  return (
    <div className={classes.screen} role="tabpanel" id="screen" aria-label={screen.title}>
      <ScreenBoundary key={id}>
        <Suspense fallback={<Skeleton m="md" height={120} />}>
          {cube !== null && why !== null ? <CubeNote cube={cube} why={why} /> : <screen.Component />}
        </Suspense>
      </ScreenBoundary>
    </div>
  )
}

function WorkspaceSkeleton() {
  return (
    <div className={classes.frame} aria-busy="true" aria-label="Opening the dataset">
      <header className={classes.skeletonHeader} />
      <div className={classes.skeletonPanes}>
        <Skeleton height="100%" radius={0} />
        <div />
        <Skeleton height="100%" radius={0} />
      </div>
    </div>
  )
}
