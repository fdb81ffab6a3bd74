import { describe, expect, it } from 'vitest'
import { recallSession, rememberSession } from '../../../../renderer/session/session-memory.ts'
import { createSessionStore } from '../../../../renderer/session/session-store.ts'

const vocabulary = { fields: ['background'], models: ['lite0'], tags: [], views: [], findings: [], valuesOf: () => [] }

function createStorage(): Storage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size
    },
  }
}

describe('the memory of a session', () => {
  it('[UI7] brings back filter, screen, panes and tags of that dataset alone', () => {
    const storage = createStorage()
    const session = createSessionStore()
    session.getState().toggleValue({ kind: 'field', name: 'background' }, 'beach')
    session.getState().setScreen('slices')
    session.getState().setThumbSize(96)
    session.getState().setQuickTags(['wrong label'])
    session.getState().setCurrent(7)
    rememberSession(storage, 'a', session.getState())
    expect(recallSession(storage, 'a', vocabulary)).toMatchObject({
      filter: session.getState().filter,
      screen: 'slices',
      thumbSize: 96,
      quickTags: ['wrong label'],
      currentId: 7,
    })
    expect(recallSession(storage, 'b', vocabulary)).toEqual({})
  })

  it('[UI7] drops notes that it cannot read', () => {
    const storage = createStorage()
    storage.setItem('foible.session.a', '{"link": 3')
    expect(recallSession(storage, 'a', vocabulary)).toEqual({})
    storage.setItem('foible.session.a', '{"link": 3}')
    expect(recallSession(storage, 'a', vocabulary)).toEqual({})
  })
})
