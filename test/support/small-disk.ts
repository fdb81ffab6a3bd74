// Disks of a few megabytes, which fill up: file systems in memory, where the system lets this process mount them.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Whether there can be any: containers forbid it even to root. */
export function canMountDisks(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = mkdtempSync(path.join(tmpdir(), 'foible-disk-'))
  const isMounted = mountDisk(folder, '1m')
  if (isMounted) unmountDisk(folder)
  rmdirSync(folder)
  return isMounted
}

/** `size`: as mount takes it, such as `96m`. False where it failed. */
export function mountDisk(folder: string, size: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'none', folder]).status === 0
}

export function unmountDisk(folder: string): void {
  spawnSync('umount', ['-l', folder])
}
