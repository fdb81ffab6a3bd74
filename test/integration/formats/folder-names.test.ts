import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { createFolderTree } from '#formats/folder-tree.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { neverAborted } from '../../support/open-dataset.ts'

// Other systems' file names are Unicode, and no path is long enough there.
it.skipIf(process.platform !== 'linux')(
  '[FZ20] names that are no UTF-8 and folders too deep to be reached are findings, and the rest is listed',
  async () => {
    const folder = await createTempFolder()
    writeFileSync(path.join(folder, 'a.png'), 'x')
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.png')]), 'x')
    const here = process.cwd()
    try {
      process.chdir(folder)
      for (let depth = 0; depth < 30; depth++) {
        mkdirSync('n'.repeat(200))
        process.chdir('n'.repeat(200))
      }
      writeFileSync('deep.png', 'x')
    } finally {
      process.chdir(here)
    }
    const tree = await createFolderTree(folder)
    const entries = await tree.list(neverAborted)
    // Node removes no more than it can reach.
    execFileSync('rm', ['-rf', path.join(folder, 'n'.repeat(200))])
    expect(entries.map((entry) => entry.path)).toEqual(['a.png'])
    expect(tree.findings()).toMatchObject([{ rule: 'unsafe_name', count: 2 }])
  },
)
