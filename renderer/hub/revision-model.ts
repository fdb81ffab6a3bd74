// A newer revision in words. Pure.
import type { RevisionDiff } from '#contract/hub.ts'
import { formatPlural } from '../common/figures.ts'

export interface RevisionChange {
  readonly kind: string
  readonly text: string
  readonly examples: readonly string[]
}

/** One line a kind that occurs, what is lost first. */
export function listChanges(diff: RevisionDiff): RevisionChange[] {
  const { examples } = diff
  const lines = [
    { kind: 'removed', words: 'gone', examples: examples.removed },
    { kind: 'changed', words: 'with other content', examples: examples.changed },
    { kind: 'unsure', words: 'of which nothing says whether they are the same', examples: examples.unsure },
    { kind: 'added', words: 'new', examples: examples.added },
    { kind: 'moved', words: 'the same under another name', examples: examples.moved },
    { kind: 'unchanged', words: 'unchanged', examples: [] },
  ] as const
  const told = lines.flatMap(({ kind, words, examples: names }) =>
    diff[kind] === 0 ? [] : [{ kind, text: `${formatPlural(diff[kind], 'sample')} ${words}`, examples: names }],
  )
  if (diff.unreadArchives === 0) return told
  const text = `${formatPlural(diff.unreadArchives, 'archive')} with other content: what is in them shows when they are fetched`
  return [...told, { kind: 'archives', text, examples: [] }]
}

/** What would be missed; null where nothing is. */
export function describeLoss({ lost }: RevisionDiff): string | null {
  const parts = [
    ...(lost.tagged > 0 ? [`the tags of ${formatPlural(lost.tagged, 'sample')} that are gone`] : []),
    ...(lost.predicted > 0 ? [`the predictions of ${formatPlural(lost.predicted, 'sample')}`] : []),
  ]
  return parts.length === 0 ? null : `This loses ${parts.join(' and ')}.`
}
