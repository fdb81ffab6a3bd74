// Which paths of a dataset may be followed: relative ones that stay inside its root.
import { FoibleError } from '#core/errors.ts'
import { maxPathLength } from './limits.ts'

/**
 * A path from a metadata file, with `/` between its parts and `.` parts removed; null if it is empty, absolute, has a drive
 * letter, is a URL, leaves the root through `..`, or is longer than any system's.
 */
export function normalizeRelativePath(path: string, base = ''): string | null {
  if (path.length + base.length >= maxPathLength) return null
  if (isPlain(path)) return base === '' ? path : `${base}/${path}`
  const slashed = path.replaceAll('\\', '/')
  if (slashed.startsWith('/') || /^[A-Za-z]:/.test(slashed) || slashed.includes('://') || slashed.includes('\0'))
    return null
  const parts = slashed.split('/').filter((part) => part !== '' && part !== '.')
  if (parts.length === 0 || parts.includes('..')) return null
  return base === '' ? parts.join('/') : `${base}/${parts.join('/')}`
}

/** Whether a path is normal and harmless at first sight, as almost all are: millions of them are looked at. */
function isPlain(path: string): boolean {
  return (
    path !== '' &&
    !path.startsWith('.') &&
    !path.startsWith('/') &&
    !path.endsWith('/') &&
    !path.includes('/.') &&
    !path.includes('//') &&
    !path.includes('\\') &&
    !path.includes(':') &&
    !path.includes('\0')
  )
}

/** The path itself if it is one that `FileTree` may hand out; throws `unsafe_path` otherwise. */
export function assertRelativePath(path: string): string {
  const parts = path.split('/')
  const unsafe =
    path.includes('\0') ||
    /^[A-Za-z]:[\\/]/.test(path) ||
    parts.some((part) => part === '' || part === '.' || part === '..')
  if (unsafe) {
    throw new FoibleError('unsafe_path', `Foible does not follow the path “${path}”: it leaves the dataset's folder.`, {
      path,
    })
  }
  return path
}

const systemNames = new Set(['__MACOSX', 'Thumbs.db', 'desktop.ini'])

/** What systems leave among files, and what begins with a dot. */
export function isHiddenName(name: string): boolean {
  return name.startsWith('.') || systemNames.has(name)
}

export function isHiddenPath(path: string): boolean {
  return path.split('/').some(isHiddenName)
}

export function dirname(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** The extension in lower case without its dot; '' if there is none. */
export function extension(path: string): string {
  const name = basename(path)
  const dot = name.lastIndexOf('.')
  return dot <= 0 ? '' : name.slice(dot + 1).toLowerCase()
}

/** A name that somebody gave a new file or folder, without a path in it. Throws `unsafe_path`. */
export function assertPlainName(name: string, what: 'file' | 'folder'): void {
  if (/[/\\]|^\.+$/.test(name)) throw new FoibleError('unsafe_path', `“${name}” is not a ${what} name.`, { name })
}
