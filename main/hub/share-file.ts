// One file under two names: what is here already is not fetched, and not stored twice where the disk has links.
import { copyFile, link, mkdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/** What a disk answers that has no links, or none to there. */
const withoutLinks = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EACCES', 'ENOSYS', 'EINVAL'])

/** `target` is whole or not there; neither it nor `from` is ever written into afterwards. */
export async function linkOrCopy(from: string, target: string): Promise<void> {
  if (await linkBeside(from, target)) return
  const part = `${target}.part`
  await copyFile(from, part)
  await rename(part, target)
}

/** The same, but where there are no links `from` goes away. Both must lie on one disk. */
export async function linkOrMove(from: string, target: string): Promise<void> {
  if (!(await linkBeside(from, target))) await rename(from, target)
}

async function linkBeside(from: string, target: string): Promise<boolean> {
  const part = `${target}.part`
  await mkdir(path.dirname(target), { recursive: true })
  await rm(part, { force: true })
  try {
    await link(from, part)
  } catch (error) {
    if (error instanceof Error && 'code' in error && withoutLinks.has(String(error.code))) return false
    throw error
  }
  await rename(part, target)
  // Renaming one name of a file to another name of it does nothing.
  await rm(part, { force: true })
  return true
}
