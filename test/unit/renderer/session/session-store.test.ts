import { describe, expect, it } from 'vitest'
import type { FilterExpr } from '#core/filter/expr.ts'
import { everything } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { createSessionStore, showsInspector } from '../../../../renderer/session/session-store.ts'

const background = { kind: 'field', name: 'background' } as const
const beach: FilterExpr = { kind: 'compare', path: background, op: '=', value: 'beach' }

describe('the session', () => {
  it('[UI5] takes back filters, newest first', () => {
    const session = createSessionStore()
    session.getState().addClause(beach)
    session.getState().toggleValue(background, 'street')
    expect(formatFilter(session.getState().filter)).toBe('background in (beach, street)')
    expect(session.getState().takeBack()?.kind).toBe('filter')
    expect(formatFilter(session.getState().filter)).toBe('background = beach')
    session.getState().takeBack()
    expect(session.getState().filter).toEqual(everything)
    expect(session.getState().takeBack()).toBeNull()
  })

  it('[UI5] notes no step for a filter that says the same', () => {
    const session = createSessionStore()
    session.getState().setFilter(beach)
    session.getState().setFilter({ kind: 'and', items: [beach] })
    session.getState().addClause(beach)
    expect(session.getState().past).toHaveLength(1)
  })

  it('[UI5] leaves changes of data to the engine, in their order', () => {
    const session = createSessionStore()
    session.getState().setFilter(beach)
    session.getState().recordDataAct()
    expect(session.getState().takeBack()?.kind).toBe('data')
    expect(session.getState().filter).toEqual(beach)
  })

  it('[UI6] shows images by filtering and opening the Gallery', () => {
    const session = createSessionStore()
    session.getState().showImages(beach)
    expect(session.getState()).toMatchObject({ filter: beach, screen: 'gallery' })
  })

  it('[UI27] gives figures the whole width until a sample is chosen among them', () => {
    const session = createSessionStore({ screen: 'gallery', currentId: 3 })
    expect(showsInspector(session.getState())).toBe(true)
    session.getState().setScreen('slices')
    expect(showsInspector(session.getState())).toBe(false)
    session.getState().setCurrent(4)
    expect(showsInspector(session.getState())).toBe(true)
    session.getState().setInspectorOpen(false)
    expect(showsInspector(session.getState())).toBe(false)
  })

  it('[UI6] toggles single samples in the selection', () => {
    const session = createSessionStore()
    session.getState().toggleSelected(3)
    session.getState().toggleSelected(5)
    session.getState().toggleSelected(3)
    expect([...session.getState().selectedIds]).toEqual([5])
  })
})
