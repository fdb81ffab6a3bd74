import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { createFolderTree } from '#formats/folder-tree.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

it('[FM80] lists files depth first, without hidden ones and without following links', async () => {
  const root = await createTempFolder()
  for (const file of ['b.png', 'a/x.png', 'a/.hidden/y.png', '.git/config', 'a.png', 'cafe\u0301/z.png']) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true })
    await writeFile(path.join(root, file), file)
  }
  await symlink(path.join(root, 'a'), path.join(root, 'link'))
  await symlink('/etc/hostname', path.join(root, 'host.png'))
  const tree = await createFolderTree(root)
  const entries = await tree.list(neverAborted)
  expect(entries.map((entry) => entry.path)).toEqual(['a/x.png', 'a.png', 'b.png', 'cafe\u0301/z.png'])
  expect(entries[0]?.sizeBytes).toBe(7)
  expect(tree.findings()).toMatchObject([{ rule: 'link', count: 2, examples: ['host.png', 'link'] }])
})

it('[FM81] refuses paths that lead out, and files beyond the limit', async () => {
  const root = await createTempFolder()
  await writeFile(path.join(root, 'x.json'), '0123456789')
  const tree = await createFolderTree(root)
  for (const bad of ['../x', '/etc/passwd', 'a/../../x', '']) {
    await expect(tree.read(bad, 100, neverAborted)).rejects.toMatchObject({ code: 'unsafe_path' })
  }
  await expect(tree.read('x.json', 5, neverAborted)).rejects.toMatchObject({ code: 'too_large' })
  await expect(tree.read('y.json', 5, neverAborted)).rejects.toMatchObject({ code: 'not_found' })
})

it('[FM82] says that there is no such folder', async () => {
  await expect(createFolderTree('/no/such/folder')).rejects.toMatchObject({ code: 'not_found' })
})

it('[FM83] reads any range of a file', async () => {
  const root = await createTempFolder()
  await writeFile(path.join(root, 'x.bin'), '0123456789')
  const file = await (await createFolderTree(root)).open('x.bin', neverAborted)
  const text = async (start: number, end?: number) => Buffer.from(await file.slice(start, end)).toString()
  expect([file.byteLength, await text(2, 5), await text(8), await text(5, 99), await text(3, 3)]).toEqual([
    10,
    '234',
    '89',
    '56789',
    '',
  ])
})
