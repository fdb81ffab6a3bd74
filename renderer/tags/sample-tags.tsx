// The tags of one sample: take one off, or put one on; the quick tags show their keys.
import { Kbd } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useDialogs } from '../app/dialog-store.ts'
import { useSession } from '../session/session.ts'
import classes from './tags.module.css'
import { useApplyTag } from './use-quick-tag.ts'

export function SampleTags({ id, tags }: { id: number; tags: readonly string[] }) {
  const { quickTags } = useSession()
  const show = useDialogs((dialogs) => dialogs.show)
  const apply = useApplyTag()
  const offered = quickTags.filter((tag) => tag !== '' && !tags.includes(tag))
  return (
    <div className={classes.tags}>
      {tags.map((tag) => (
        <span key={tag} className={classes.tag}>
          {tag}
          <button
            type="button"
            className={classes.remove}
            aria-label={`Take off the tag ${tag}`}
            onClick={() => void apply(tag, [id], false)}
          >
            <IconX size={11} stroke={2.5} />
          </button>
        </span>
      ))}
      {offered.map((tag) => (
        <button key={tag} type="button" className={classes.offer} onClick={() => void apply(tag, [id], true)}>
          <Kbd>{quickTags.indexOf(tag) + 1}</Kbd> {tag}
        </button>
      ))}
      <button type="button" className={classes.offer} aria-label="Add a tag" onClick={() => show('tag')}>
        <IconPlus size={12} /> tag
      </button>
    </div>
  )
}
