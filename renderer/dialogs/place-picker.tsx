// Chooses a folder or file: by the system's dialog where the shell has one, else by walking through the server's folders.
import { Breadcrumbs, Button, ScrollArea, Skeleton } from '@mantine/core'
import { IconChevronUp, IconFile, IconFolder, IconFolderOpen } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { CallOutput } from '#contract/contract.ts'
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

/** Once something is chosen, its name stands for the folders, so that there is room for what was found in it. */
function PlaceBrowser({ want, picked, onPick }: PlacePickerProps) {
  const [at, setAt] = useState<string | null>(null)
  const [isLooking, setLooking] = useState(picked === null)
  const [isFile, setFile] = useState(false)
  const begun = useRef(false)
  const listing = useEngineQuery('places.list', { place: at })
  const pick = (place: PickedPlace) => {
    begun.current = true
    setFile(place.place !== listing.data?.place)
    setLooking(false)
    onPick(place)
  }
  if (!isLooking && picked !== null) {
    return (
      <div className={classes.chosen}>
        {isFile ? <IconFile size={15} /> : <IconFolderOpen size={15} />}
        <span className={classes.name} title={picked.name}>
          {picked.name === '' ? 'What was dropped' : picked.name}
        </span>
        <Button
          variant="default"
          size="compact-xs"
          aria-label="Choose another place"
          ref={(button) => {
            // What had the focus has just gone.
            if (button === null || !begun.current) return
            begun.current = false
            button.focus()
          }}
          onClick={() => {
            begun.current = true
            setLooking(true)
          }}
        >
          Change…
        </Button>
      </div>
    )
  }
  if (listing.status === 'loading') return <Skeleton height={220} />
  if (listing.status === 'error') return <ErrorNote error={listing.error} retry={() => setAt(null)} />
  return (
    <Folder
      folder={listing.data}
      isStale={listing.isStale}
      want={want}
      picked={picked}
      takeFocus={(list) => {
        // The answer may still be that of the folder before.
        if (list === null || !begun.current || listing.isStale) return
        begun.current = false
        list.querySelector('button')?.focus()
      }}
      onGo={(place) => {
        begun.current = true
        setAt(place)
      }}
      onPick={pick}
    />
  )
}

interface FolderProps extends PlacePickerProps {
  readonly folder: CallOutput<'places.list'>
  readonly isStale: boolean
  /** Where one has gone somewhere, the focus goes along. */
  readonly takeFocus: (list: HTMLUListElement | null) => void
  readonly onGo: (place: string | null) => void
}

function Folder({ folder, isStale, want, picked, takeFocus, onGo, onPick }: FolderProps) {
  const { place, path, name, parent, entries } = folder
  const isChosen = picked?.place === place
  return (
    <div className={classes.browser}>
      <div className={classes.path}>
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconChevronUp size={14} />}
          disabled={parent === null}
          onClick={() => onGo(parent)}
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
      <ScrollArea h={200} type="auto" className={isStale ? 'f-stale' : ''}>
        <ul className={classes.entries} aria-label={`Contents of ${name}`} key={place} ref={takeFocus}>
          {entries.length === 0 && <li className={classes.none}>There is nothing in here to choose.</li>}
          {entries.map((entry) => (
            <li key={entry.place}>
              <button
                type="button"
                className={classes.entry}
                aria-pressed={picked?.place === entry.place}
                disabled={entry.kind === 'file' && (want === 'folder' || want === 'target')}
                onClick={() =>
                  entry.kind === 'folder' ? onGo(entry.place) : onPick({ place: entry.place, name: entry.name })
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
      {want !== 'file' && (
        <div className={classes.choose}>
          <Button
            variant={isChosen ? 'light' : 'default'}
            leftSection={<IconFolderOpen size={15} />}
            onClick={() => onPick({ place, name: path })}
          >
            Choose the folder “{name}”
          </Button>
        </div>
      )}
    </div>
  )
}
