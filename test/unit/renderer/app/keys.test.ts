import { describe, expect, it } from 'vitest'
import { keyCaps, keyText, matchKeys } from '../../../../renderer/app/keys.ts'

const press = (key: string, modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) =>
  keyText({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers })

describe('keyText', () => {
  it('[UI1] names Shift only where the character does not show it', () => {
    expect(press('j')).toBe('j')
    expect(press('?', { shiftKey: true })).toBe('?')
    expect(press('ArrowDown', { shiftKey: true })).toBe('Shift+ArrowDown')
    expect(press(' ')).toBe('Space')
  })

  it('[UI1] calls Ctrl and Command by one name', () => {
    expect(press('k', { ctrlKey: true })).toBe('Mod+k')
    expect(press('K', { metaKey: true })).toBe('Mod+k')
    expect(press('Z', { ctrlKey: true, shiftKey: true })).toBe('Mod+Shift+z')
  })
})

describe('matchKeys', () => {
  const commands = [
    { id: 'gallery', keys: ['g g'] },
    { id: 'left', keys: ['h', 'ArrowLeft'] },
    { id: 'late', keys: ['h'] },
  ]

  it('[UI2] waits for the rest of a sequence', () => {
    expect(matchKeys(['g'], commands)).toEqual({ kind: 'prefix' })
    expect(matchKeys(['g', 'g'], commands)).toMatchObject({ kind: 'command', command: { id: 'gallery' } })
    expect(matchKeys(['g', 'x'], commands)).toEqual({ kind: 'none' })
  })

  it('[UI2] prefers what was registered last', () => {
    expect(matchKeys(['h'], commands)).toMatchObject({ command: { id: 'late' } })
  })
})

describe('keyCaps', () => {
  it('[UI1] shows keys as they stand on the keyboard', () => {
    expect(keyCaps('Mod+k', false)).toEqual(['Ctrl', 'k'])
    expect(keyCaps('Mod+k', true)).toEqual(['⌘', 'k'])
    expect(keyCaps('g o', false)).toEqual(['g', 'o'])
    expect(keyCaps('+', false)).toEqual(['+'])
    expect(keyCaps('Shift+ArrowDown', false)).toEqual(['Shift', '↓'])
  })
})
