// Keys as text, and which command a sequence of them means. Pure.

export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** `j`, `?`, `Shift+ArrowDown`, `Mod+k`. Shift is named only where the character does not show it already. */
export function keyText({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  const isCharacter = key.length === 1 && key !== ' '
  const hasMod = ctrlKey || metaKey
  const name = key === ' ' ? 'Space' : hasMod && isCharacter ? key.toLowerCase() : key
  const showsShift = shiftKey && (hasMod || !isCharacter)
  const parts = [hasMod ? 'Mod' : '', altKey ? 'Alt' : '', showsShift ? 'Shift' : '', name]
  return parts.filter((part) => part !== '').join('+')
}

export interface Keyed {
  /** Each entry is one way to call the command; keys of a sequence are set apart by a space: `g o`. */
  readonly keys: readonly string[]
}

export type KeyMatch<T> =
  | { readonly kind: 'command'; readonly command: T }
  /** More keys may follow. */
  | { readonly kind: 'prefix' }
  | { readonly kind: 'none' }

/** The command that the pressed keys spell; of several, the one registered last. */
export function matchKeys<T extends Keyed>(pressed: readonly string[], commands: readonly T[]): KeyMatch<T> {
  const text = pressed.join(' ')
  const command = commands.findLast(({ keys }) => keys.includes(text))
  if (command !== undefined) return { kind: 'command', command }
  const isPrefix = commands.some(({ keys }) => keys.some((key) => key.startsWith(`${text} `)))
  return isPrefix ? { kind: 'prefix' } : { kind: 'none' }
}

const keySymbols: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
}

/** The keys as a person reads them, one entry a key cap; `Mod` is ⌘ on a Mac and Ctrl elsewhere. */
export function keyCaps(keys: string, isMac: boolean): readonly string[] {
  return keys
    .split(' ')
    .flatMap((key) => (key === '+' ? ['+'] : key.split('+')))
    .map((key) => (key === 'Mod' ? (isMac ? '⌘' : 'Ctrl') : (keySymbols[key] ?? key)))
}
