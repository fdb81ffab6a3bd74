// Kills at moments drawn from a seed, in small: npm run bench -- kills does it at full count.
import { expect, it } from 'vitest'
import { surviveKills } from '../../support/survive-kills.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

it('[RV40] survives kills at random moments, within the Hub’s window', async () => {
  const images = 150
  const survived = await surviveKills({
    layout: 'voxel51',
    counts: { background: 100, texture: 30, material: 20 },
    folder: await createTempFolder(),
    kills: 8,
    seed: 5,
    window: 100,
    maxGap: 15,
  })
  expect(survived).toMatchObject({
    samples: images,
    distinctNames: images,
    files: images,
    thumbnails: images,
    wrongFiles: [],
    leftOver: [],
  })
  expect(survived.killed).toBe(8)
  // What is in flight before the Hub has said what is left of its window may be refused; it comes later.
  expect(survived.refused).toBeLessThanOrEqual(survived.killed * 8)
})
