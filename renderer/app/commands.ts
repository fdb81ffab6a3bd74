// Everything one can do by key or from the palette, in one table. Views add their commands while they are on screen.
import { useEffect, useRef } from 'react'
import { create } from 'zustand'
import { keyText, matchKeys, type Keyed } from './keys.ts'

export const commandGroups = ['Go to', 'Move', 'Select and tag', 'Filter', 'View', 'Dataset', 'Help'] as const
export type CommandGroup = (typeof commandGroups)[number]

export interface Command extends Keyed {
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  readonly run: () => void
  /** Left out of the palette: makes sense only as a key. */
  readonly keyOnly?: boolean
}

interface CommandTable {
  readonly sets: readonly (readonly Command[])[]
  /** A view's commands go before those that hold everywhere (`isBase`), whichever came later. */
  readonly add: (set: readonly Command[], isBase: boolean) => () => void
}

export const useCommandTable = create<CommandTable>()((set) => ({
  sets: [],
  add(commands, isBase) {
    set(({ sets }) => ({ sets: isBase ? [commands, ...sets] : [...sets, commands] }))
    return () => set(({ sets }) => ({ sets: sets.filter((other) => other !== commands) }))
  },
}))

/** Offers commands while the calling component is mounted. Their `run` may change from render to render. */
export function useCommands(commands: readonly Command[], { isBase = false } = {}): void {
  const latest = useRef(commands)
  useEffect(() => {
    latest.current = commands
  })
  const signature = JSON.stringify(commands.map(({ id, title, keys }) => [id, title, keys]))
  useEffect(() => {
    const stable = latest.current.map((command) => ({
      ...command,
      run: () => latest.current.find(({ id }) => id === command.id)?.run(),
    }))
    return useCommandTable.getState().add(stable, isBase)
  }, [signature, isBase])
}

const sequenceTimeoutMs = 1200

/** Listens for keys of the whole window. Mount once. */
export function useCommandKeys(): void {
  useEffect(() => {
    let pressed: string[] = []
    let lastAt = 0
    const listener = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || isModifier(event.key)) return
      const text = keyText(event)
      if (!mayFire(text, event.target)) return
      if (event.timeStamp - lastAt > sequenceTimeoutMs) pressed = []
      lastAt = event.timeStamp
      const commands = useCommandTable.getState().sets.flat()
      let match = matchKeys([...pressed, text], commands)
      pressed = match.kind === 'prefix' ? [...pressed, text] : []
      if (match.kind === 'none') match = matchKeys([text], commands)
      if (match.kind !== 'command') return
      event.preventDefault()
      match.command.run()
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
}

function isModifier(key: string): boolean {
  return key === 'Shift' || key === 'Control' || key === 'Alt' || key === 'Meta'
}

const typingTypes = new Set(['text', 'search', 'number', 'url', 'email', 'password', 'tel'])
const ownKeys = new Set(['Enter', 'Space', 'ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End'])

/** Keys never fire while typing or in a dialog, and controls keep the keys that work them. */
function mayFire(text: string, target: EventTarget | null): boolean {
  if (text.startsWith('Mod+') && text !== 'Mod+a') return true
  if (document.querySelector('[role="dialog"][aria-modal="true"]') !== null) return false
  if (!(target instanceof HTMLElement)) return true
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return false
  if (target instanceof HTMLInputElement && typingTypes.has(target.type)) return false
  const isControl = target.closest(
    'input, select, button, a[href], [role="slider"], [role="menuitem"], [role="option"]',
  )
  return !(isControl !== null && ownKeys.has(text))
}
