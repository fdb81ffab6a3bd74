// Saved views: rules with names. Opening one brings back its filter, screen, grouping and order.
import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconBookmark, IconBookmarkPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { DatasetSummary, ViewCheck } from '#contract/library.ts'
import { nounOf } from '#core/format/noun-of.ts'
import { parsePath } from '#core/filter/parse-path.ts'
import { formatPlural } from '../common/figures.ts'
import { useEngineAction } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import { isScreenId } from '../session/screens.ts'
import { parseSort } from '../session/session-link.ts'
import { useSession } from '../session/session.ts'
import { vocabularyOf } from '../session/vocabulary.ts'
import { useDialogs } from './dialog-store.ts'
import classes from './views-menu.module.css'

type SavedView = DatasetSummary['views'][number]

export function useOpenView(): (view: SavedView) => void {
  const { dataset, setFilter, restore } = useSession()
  return ({ filter, layout }) => {
    const vocabulary = vocabularyOf(dataset)
    setFilter(filter)
    if (layout === null) return
    restore({
      ...(isScreenId(layout.screen) ? { screen: layout.screen } : {}),
      groupBy: layout.groupBy === null ? null : parsePath(layout.groupBy, vocabulary),
      sort: parseSort(layout.sort, layout.descending, vocabulary),
    })
  }
}

/** What matches now; nothing while it is counted. */
function matchedText(check: ViewCheck | undefined, noun: string): string {
  if (check === undefined) return ''
  return check.matched === null ? 'cannot be followed' : formatPlural(check.matched, noun)
}

/** What became of the data since the view was saved. */
function Changed({ check }: { check: ViewCheck | undefined }) {
  const sentence = check?.sentence ?? null
  if (sentence === null) return null
  return <div className={classes.changed}>{sentence}</div>
}

export function ViewsMenu() {
  const { dataset, recordDataAct } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const open = useOpenView()
  const remove = useEngineAction('views.delete')
  const [opened, setOpened] = useState(false)
  const checks = useEngineQuery('views.check', { dataset: dataset.id }, { enabled: opened && dataset.views.length > 0 })
  const checkOf = (name: string) => checks.data?.find((check) => check.name === name)
  return (
    <Menu position="bottom-end" width={360} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <Tooltip label="Saved views">
          <ActionIcon aria-label="Saved views">
            <IconBookmark size={17} stroke={1.75} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconBookmarkPlus size={15} />} onClick={() => show('save-view')}>
          Save this view…
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{dataset.views.length === 0 ? 'No view has been saved yet' : 'Saved views'}</Menu.Label>
        {dataset.views.map((view) => (
          <div key={view.name} className={classes.view}>
            <Menu.Item onClick={() => open(view)}>
              <span className={classes.name}>
                <span>{view.name}</span>
                <span className={classes.count}>{matchedText(checkOf(view.name), nounOf(dataset))}</span>
              </span>
              <div className={classes.rule}>{view.where === '' ? 'everything' : view.where}</div>
              <Changed check={checkOf(view.name)} />
            </Menu.Item>
            <ActionIcon
              aria-label={`Delete the view ${view.name}`}
              onClick={() =>
                void remove
                  .run({ dataset: dataset.id, name: view.name })
                  .then((done) => (done === null ? undefined : recordDataAct()))
              }
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
