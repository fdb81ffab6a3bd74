// Chooses a folder or file: by the system's dialog where the shell has one, else by walking through the server's folders.
import { Breadcrumbs, Button, ScrollArea, Skeleton } from '@mantine/core'
import { IconChevronUp, IconFile, IconFolder, IconFolderOpen } from '@tabler/icons-react'
import { useState } from 'react'
import { formatBytes } from '../common/figures.ts'
import { ErrorNote } from '../common/notes.tsx'
import { useEngine } from '../engine/engine-context.tsx'
import { showError } from '../engine/use-engine-action.ts'
import { useEngineQuery } from '../engine/use-engine-query.ts'
import classes from './place-picker.module.css'

export interface PickedPlace {
  readonly place: string
  /** For a person; empty where the system's dialog chose it. */
  readonly name: string
}

interface PlacePickerProps {
  /** `target`: a folder to write into. */
  readonly want: 'folder' | 'file' | 'either' | 'target'
  readonly picked: PickedPlace | null
  readonly onPick: (picked: PickedPlace) => void
}

export function PlacePicker(props: PlacePickerProps) {
  const engine = useEngine()
  return engine.pickFolder === undefined ? <PlaceBrowser {...props} /> : <NativePicker {...props} />
}

function NativePicker({ want, picked, onPick }: PlacePickerProps) {
  const engine = useEngine()
  const pick = (choose: (() => Promise<string | null>) | undefined) => {
    choose?.().then((place) => {
      if (place !== null) onPick({ place, name: '' })
    }, showError)
  }
  return (
    <div className={classes.native}>
      {want === 'target' && (
        <Button
          variant="default"
          leftSection={<IconFolderOpen size={15} />}
          onClick={() => pick(engine.pickSaveFolder)}
        >
          Choose the folder…
        </Button>
      )}
      {(want === 'folder' || want === 'either') && (
        <Button variant="default" leftSection={<IconFolderOpen size={15} />} onClick={() => pick(engine.pickFolder)}>
          Choose a folder…
        </Button>
      )}
      {(want === 'file' || want === 'either') && (
        <Button variant="default" leftSection={<IconFile size={15} />} onClick={() => pick(engine.pickFile)}>
          Choose a file…
        </Button>
      )}
      {picked !== null && <span className="f-dim">{picked.name === '' ? 'Chosen.' : picked.name}</span>}
    </div>
  )
}

function PlaceBrowser({ want, picked, onPick }: PlacePickerProps) {
  const [at, setAt] = useState<string | null>(null)
  const listing = useEngineQuery('places.list', { place: at })
  if (listing.status === 'loading') return <Skeleton height={220} />
  if (listing.status === 'error') return <ErrorNote error={listing.error} retry={() => setAt(null)} />
  const { place, path, name, parent, entries } = listing.data
  const picksFolders = want !== 'file'
  return (
    <div className={classes.browser}>
      <div className={classes.path}>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconChevronUp size={14} />}
          disabled={parent === null}
          onClick={() => setAt(parent)}
        >
          Up
        </Button>
        <Breadcrumbs separator="/" separatorMargin={2} className={classes.crumbs} title={path}>
          {path
            .split('/')
            .filter((part) => part !== '')
            .map((part, index) => (
              <span key={`${index}${part}`}>{part}</span>
            ))}
        </Breadcrumbs>
      </div>
      <ScrollArea h={200} type="auto" className={listing.isStale ? 'f-stale' : ''}>
        <ul className={classes.entries} aria-label={`Contents of ${name}`}>
          {entries.length === 0 && <li className={classes.none}>Nothing in here that could be chosen.</li>}
          {entries.map((entry) => (
            <li key={entry.place}>
              <button
                type="button"
                className={classes.entry}
                aria-pressed={picked?.place === entry.place}
                disabled={entry.kind === 'file' && (want === 'folder' || want === 'target')}
                onClick={() =>
                  entry.kind === 'folder' ? setAt(entry.place) : onPick({ place: entry.place, name: entry.name })
                }
              >
                {entry.kind === 'folder' ? <IconFolder size={15} /> : <IconFile size={15} />}
                <span className={classes.name}>{entry.name}</span>
                <span className="f-dim">{entry.sizeBytes === null ? '' : formatBytes(entry.sizeBytes)}</span>
              </button>
            </li>
          ))}
        </ul>
      </ScrollArea>
      {picksFolders && (
        <div className={classes.choose}>
          <Button
            variant={picked?.place === place ? 'light' : 'default'}
            leftSection={<IconFolderOpen size={15} />}
            onClick={() => onPick({ place, name: path })}
          >
            {picked?.place === place ? `Chosen: ${name}` : `Choose the folder “${name}”`}
          </Button>
        </div>
      )}
    </div>
  )
}
