import { describe, expect, it } from 'vitest'
import { screenIds } from '../../../../renderer/session/screens.ts'
import { cubeSize, isForCube, whyNotOfCube } from '../../../../renderer/cube/cube-model.ts'
import { createSessionStore } from '../../../../renderer/session/session-store.ts'

describe('a cube in the window', () => {
  it('[CU16] has Overview, Slices and Models, and says of the other screens why not', () => {
    expect(screenIds.filter((id) => whyNotOfCube(id) === null)).toEqual(['overview', 'slices', 'models'])
    for (const id of screenIds) expect(whyNotOfCube(id) ?? 'It has it.').toMatch(/^It .+\.$/)
  })

  it('[CU16] is told by the images that it stands for', () => {
    expect(cubeSize(2_100_000_000, { cells: 4512, source: null, filter: null })).toBe(
      '2,100,000,000 images in 4,512 cells',
    )
  })

  it('[CU16] offers no command that needs images', () => {
    expect(['predict', 'export', 'group-weather', 'report', 'save-view'].filter(isForCube)).toEqual([
      'report',
      'save-view',
    ])
  })

  it('[CU16] stays on the screen where images would be shown, under their filter', () => {
    const filter = { kind: 'tagged', tag: 'odd' } as const
    const screens = [true, false].map((hasImages) => {
      const store = createSessionStore({ screen: 'models' }, hasImages)
      store.getState().showImages(filter)
      expect(store.getState().filter).toEqual(filter)
      return store.getState().screen
    })
    expect(screens).toEqual(['gallery', 'models'])
  })
})
