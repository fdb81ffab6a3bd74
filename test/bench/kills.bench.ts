// ImageNet-D's double at full count, both layouts, imported from the test hub and killed 50 times on the way; then once more
// without kills, for how soon the first screen of thumbnails is there. Prints figures, asserts nothing.
// node test/bench/kills.bench.ts [kills] [seed]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { surviveKills } from '../support/survive-kills.ts'

const kills = Number(process.argv[2] ?? 50)
const seed = Number(process.argv[3] ?? 4)

for (const layout of ['zcs15', 'voxel51'] as const) {
  for (const times of [kills, 0]) {
    const folder = await mkdtemp(path.join(tmpdir(), 'foible-bench-'))
    try {
      const startedMs = performance.now()
      const survived = await surviveKills({ layout, folder, kills: times, seed, window: 3000, maxGap: 300 })
      const { images, killed, samples, distinctNames, files, wrongFiles, leftOver, thumbnails } = survived
      const seconds = (performance.now() - startedMs) / 1000
      console.log(
        [
          `${layout}, ${images} images, ${killed} kills: ${seconds.toFixed(0)} s`,
          `  ${samples} samples under ${distinctNames} names, ${files} files, ${thumbnails} thumbnails`,
          `  ${wrongFiles.length} files lost or wrong, ${leftOver.length} left over ${leftOver.slice(0, 3).join(', ')}`,
          `  ${survived.resolveRequests} requests for files in ${(survived.virtualMs / 60_000).toFixed(1)} min of the Hub’s clock, at most ${survived.mostInWindow} in a window, ${survived.refused} refused`,
          ...(survived.screenMs === null
            ? []
            : [`  first 24 thumbnails ${survived.screenMs.toFixed(0)} ms after the index (aim: 3 s)`]),
        ].join('\n'),
      )
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
