// The top line: which dataset, the filter, saved views and the way to every command.
import { ActionIcon, Kbd, Menu, Tooltip } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import {
  IconChevronDown,
  IconCommand,
  IconCpu,
  IconDatabase,
  IconDownload,
  IconInfoCircle,
  IconLayoutSidebar,
  IconLayoutSidebarRight,
  IconMountain,
  IconPlayerPlay,
  IconPlus,
  IconRefresh,
  IconReport,
  IconTablePlus,
} from '@tabler/icons-react'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { FilterBar } from '../filter-bar/filter-bar.tsx'
import { showsInspector } from '../session/session-store.ts'
import { useSession, useSessionPart } from '../session/session.ts'
import { useDialogs } from './dialog-store.ts'
import { FoibleMark } from './foible-mark.tsx'
import classes from './header.module.css'
import { homeAddress, navigate } from './route.ts'
import { ViewsMenu } from './views-menu.tsx'

export function Header() {
  const { facetsOpen, setFacetsOpen, setInspectorOpen } = useSession()
  const inspectorOpen = useSessionPart(showsInspector)
  return (
    <header className={classes.header}>
      <a className={classes.home} href={homeAddress} aria-label="All datasets">
        <FoibleMark size={20} />
      </a>
      <DatasetMenu />
      <FilterBar />
      <div className={classes.tools}>
        <ViewsMenu />
        <Tooltip label="Facets">
          <ActionIcon aria-label="Facets" aria-pressed={facetsOpen} onClick={() => setFacetsOpen(!facetsOpen)}>
            <IconLayoutSidebar size={17} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Inspector">
          <ActionIcon
            aria-label="Inspector"
            aria-pressed={inspectorOpen}
            onClick={() => setInspectorOpen(!inspectorOpen)}
          >
            <IconLayoutSidebarRight size={17} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={<Kbd>Ctrl K</Kbd>}>
          <ActionIcon aria-label="Find a command" onClick={() => spotlight.open()}>
            <IconCommand size={17} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  )
}

function DatasetMenu() {
  const { dataset } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const others = useEngineQuery('datasets.list', {})
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <button type="button" className={classes.dataset} aria-label={`Dataset: ${dataset.name}`}>
          <span className={classes.name}>{dataset.name}</span>
          <IconChevronDown size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconInfoCircle size={15} />} onClick={() => show('details')}>
          About this dataset
        </Menu.Item>
        {dataset.cube === null && (
          <>
            <Menu.Item leftSection={<IconPlayerPlay size={15} />} onClick={() => show('predict')}>
              Predict…
            </Menu.Item>
            <Menu.Item leftSection={<IconMountain size={15} />} onClick={() => show('infer')}>
              Infer a field…
            </Menu.Item>
            <Menu.Item leftSection={<IconTablePlus size={15} />} onClick={() => show('join')}>
              Join a file or predictions…
            </Menu.Item>
            {dataset.source.kind === 'hub' && (
              <Menu.Item leftSection={<IconRefresh size={15} />} onClick={() => show('revision')}>
                Look for a newer revision…
              </Menu.Item>
            )}
            <Menu.Item leftSection={<IconDownload size={15} />} onClick={() => show('export')}>
              Export this view…
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<IconReport size={15} />} onClick={() => show('report')}>
          Write a report…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconPlus size={15} />} onClick={() => show('import')}>
          Import a dataset…
        </Menu.Item>
        <Menu.Item leftSection={<IconCpu size={15} />} onClick={() => show('add-model')}>
          Add a model…
        </Menu.Item>
        {others.status === 'ready' && others.data.length > 1 && (
          <>
            <Menu.Divider />
            <Menu.Label>Datasets</Menu.Label>
            {others.data
              .filter(({ id }) => id !== dataset.id)
              .slice(0, 8)
              .map(({ id, name }) => (
                <Menu.Item
                  key={id}
                  leftSection={<IconDatabase size={15} />}
                  onClick={() => navigate(`#/dataset/${encodeURIComponent(id)}`)}
                >
                  {name}
                </Menu.Item>
              ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
