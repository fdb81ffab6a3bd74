// The gallery's keys.
import { useCommands, type Command } from '../app/commands.ts'
import { useDialogs } from '../app/dialog-store.ts'
import { useQuickTag } from '../tags/use-quick-tag.ts'
import type { Move } from './gallery-layout.ts'
import type { Gallery } from './use-gallery.ts'

const moves: readonly (readonly [Move, string, readonly string[]])[] = [
  ['left', 'Previous image', ['h', 'ArrowLeft']],
  ['right', 'Next image', ['l', 'ArrowRight']],
  ['up', 'Line up', ['k', 'ArrowUp']],
  ['down', 'Line down', ['j', 'ArrowDown']],
  ['page-up', 'Page up', ['PageUp']],
  ['page-down', 'Page down', ['PageDown']],
  ['first', 'First image', ['Home']],
  ['last', 'Last image', ['End']],
  ['previous-group', 'Previous group', ['[']],
  ['next-group', 'Next group', [']']],
]

const extending: readonly (readonly [Move, string, string])[] = [
  ['left', 'ArrowLeft', 'Select to the left'],
  ['right', 'ArrowRight', 'Select to the right'],
  ['up', 'ArrowUp', 'Select upwards'],
  ['down', 'ArrowDown', 'Select downwards'],
]

export const thumbSizes = { least: 64, most: 320, step: 16 } as const

export function useGalleryCommands(gallery: Gallery, openLightbox: () => void): void {
  const { session, layout, offset } = gallery
  const { currentId, inspectorOpen, thumbSize } = session
  const show = useDialogs((dialogs) => dialogs.show)
  const quickTag = useQuickTag()
  const resize = (by: number) =>
    session.setThumbSize(Math.min(Math.max(thumbSize + by, thumbSizes.least), thumbSizes.most))

  function putOn(tag: string): void {
    const isSingle = session.selectedIds.size === 0
    void quickTag(tag).then((isOn) => {
      if (isOn && isSingle) gallery.setAnchor(gallery.move('right'))
    })
  }

  /** The keys that have a tag, and the next one to be given one. */
  function quickTagCommands(tags: readonly string[]): Command[] {
    const group = 'Select and tag'
    const set = tags.flatMap((tag, index): Command[] => {
      const key = `${index + 1}`
      if (tag === '') return []
      return [{ id: `quick-tag-${key}`, title: `Tag “${tag}” and go on`, group, keys: [key], run: () => putOn(tag) }]
    })
    const next = `${tags.length + 1}`
    if (tags.length >= 9) return set
    const title = `Choose quick tag ${next}`
    return [...set, { id: `quick-tag-${next}`, title, group, keys: [next], run: () => show('tag', next) }]
  }

  const commands: readonly Command[] = [
    ...moves.map(([move, title, keys]): Command => ({
      id: `move-${move}`,
      title,
      group: 'Move',
      keys,
      keyOnly: true,
      run: () => gallery.setAnchor(gallery.move(move)),
    })),
    ...extending.map(([move, key, title]): Command => ({
      id: `extend-${move}`,
      title,
      group: 'Select and tag',
      keys: [`Shift+${key}`],
      keyOnly: true,
      run: () => {
        const next = gallery.move(move)
        if (next !== null) gallery.selectRange(next)
      },
    })),
    {
      id: 'inspect',
      title: 'Inspect (again: large)',
      group: 'Move',
      keys: ['Enter', 'Space'],
      keyOnly: true,
      run: () => {
        if (currentId === null) gallery.move('first')
        if (inspectorOpen) openLightbox()
        else session.setInspectorOpen(true)
      },
    },
    {
      id: 'select',
      title: 'Select this image',
      group: 'Select and tag',
      keys: ['x'],
      run: () => {
        if (currentId !== null) session.toggleSelected(currentId)
        gallery.setAnchor(offset)
      },
    },
    {
      id: 'select-all',
      title: 'Select everything in view',
      group: 'Select and tag',
      keys: ['Mod+a'],
      run: () => {
        gallery.setAnchor(0)
        if (layout.total > 0) gallery.selectRange(layout.total - 1)
      },
    },
    {
      id: 'select-none',
      title: 'Select nothing',
      group: 'Select and tag',
      keys: ['Escape'],
      run: () => session.setSelected([]),
    },
    { id: 'tag', title: 'Tag…', group: 'Select and tag', keys: ['t'], run: () => show('tag') },
    ...quickTagCommands(session.quickTags),
    {
      id: 'larger',
      title: 'Larger thumbnails',
      group: 'View',
      keys: ['+', '='],
      run: () => resize(thumbSizes.step * 2),
    },
    { id: 'smaller', title: 'Smaller thumbnails', group: 'View', keys: ['-'], run: () => resize(-thumbSizes.step * 2) },
    {
      id: 'captions',
      title: 'Show or hide captions',
      group: 'View',
      keys: ['b'],
      run: () => session.setCaptions(!session.captions),
    },
  ]
  useCommands(commands)
}
