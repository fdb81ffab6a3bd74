// What people are told of a cube, and what it leaves out of the window. Pure.
import type { CubeInfo } from '#contract/cube.ts'
import type { ScreenId } from '../session/screens.ts'
import { formatPlural } from '../common/figures.ts'

/** Why a screen has nothing to show of a cube; null for those that do. */
export function whyNotOfCube(screen: ScreenId): string | null {
  switch (screen) {
    case 'gallery':
      return 'It has no images to look at.'
    case 'table':
      return 'It has no single images, of which each would be a row.'
    case 'confusion':
      return 'It counts right and wrong, not which label was given instead.'
    case 'review':
      return 'It has no images whose inferred values could be reviewed.'
    case 'overview':
    case 'slices':
    case 'models':
      return null
  }
}

/** "2,141,234,400 images in 2,400 cells" */
export function cubeSize(images: number, { cells }: CubeInfo): string {
  return `${formatPlural(images, 'image')} in ${formatPlural(cells, 'cell')}`
}

/** Commands, and entries of menus, that need images; by their ids. */
const needImages: ReadonlySet<string> = new Set([
  'predict',
  'infer',
  'join',
  'export',
  'labels',
  'revision',
  'fetch-images',
  'inspector',
])

export function isForCube(command: string): boolean {
  return !needImages.has(command) && !command.startsWith('group-')
}
