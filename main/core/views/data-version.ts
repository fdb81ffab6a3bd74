// What a rule rested on when it was saved, and what has changed of it since, in words. Pure.
import { formatCount } from '../format/numbers.ts'

/** The data under a rule at one time. Two of the same dataset are compared. */
export interface DataVersion {
  /** Samples that matched, and of how many; of a cube the images that its cells stand for. */
  readonly matched: number
  readonly samples: number
  /** Of a cube, which counts images and has no samples. */
  readonly areImages?: boolean
  /** Digest of which samples matched. */
  readonly set: string
  /** Commit of the Hub that the dataset is of; null for folders. */
  readonly revision: string | null
  /** Grows when samples are renumbered. */
  readonly rowsVersion: number
  readonly parts: readonly DataPart[]
}

export interface DataPart {
  readonly kind: 'run' | 'field' | 'tag' | 'finding' | 'view'
  readonly name: string
  /** Differs once the part's data does. */
  readonly version: string
  /** Of a run: samples that it has answered. */
  readonly answered?: number
}

/** What changed, one phrase each: "predictions of lite1 came in". Of another revision only what is not the revision's own. */
export function describeChanges(saved: DataVersion, now: DataVersion): string[] {
  const revised = saved.revision !== now.revision
  return [
    ...(revised ? [`the dataset went from revision ${shorten(saved.revision)} to ${shorten(now.revision)}`] : []),
    ...(revised ? [] : rowChanges(saved, now)),
    ...saved.parts.flatMap((part) => partChange(part, find(now, part), revised) ?? []),
    ...now.parts.flatMap((part) =>
      part.kind === 'run' && find(saved, part) === undefined ? [`predictions of ${part.name} came in`] : [],
    ),
  ]
}

/**
 * "Saved when 1,485 samples matched; now 1,502: predictions of lite1 came in."; null while nothing has changed.
 * Where the very same samples match, it says so.
 */
export function dataVersionSentence(saved: DataVersion, now: DataVersion): string | null {
  const changes = describeChanges(saved, now)
  const isSameSet = saved.set === now.set
  if (isSameSet && changes.length === 0) return null
  const why = changes.length === 0 ? '' : `: ${joinPhrases(changes)}`
  if (isSameSet) return `The same ${countOf(now.matched, now)} as when it was saved, though ${joinPhrases(changes)}.`
  if (saved.matched !== now.matched) {
    return `Saved when ${countOf(saved.matched, now)} matched; now ${formatCount(now.matched)}${why}.`
  }
  return `Saved when ${countOf(saved.matched, now)} matched; as many match now, not all of them the same${why}.`
}

function rowChanges(saved: DataVersion, now: DataVersion): string[] {
  if (saved.samples > now.samples) return [`${countOf(saved.samples - now.samples, now)} left the dataset`]
  if (saved.samples < now.samples) return [`${countOf(now.samples - saved.samples, now)} came into the dataset`]
  return saved.rowsVersion === now.rowsVersion ? [] : ['samples were renumbered']
}

function partChange(before: DataPart, after: DataPart | undefined, revised: boolean): string | null {
  const { kind, name } = before
  if (after === undefined) return goneText(kind, name)
  // Columns and runs of another revision are others anyway.
  if (revised || before.version === after.version) return null
  switch (kind) {
    case 'run': {
      const more = (after.answered ?? 0) - (before.answered ?? 0)
      if (more > 0) return `${formatCount(more)} more predictions of ${name} came in`
      return `predictions of ${name} were made or judged anew`
    }
    case 'field':
      return `values of ${name} changed`
    case 'tag':
      return `the tag “${name}” was changed`
    case 'finding':
      return `the finding “${name}” changed`
    case 'view':
      return `the view “${name}” was changed`
  }
}

function goneText(kind: DataPart['kind'], name: string): string {
  if (kind === 'run') return `predictions of ${name} were removed`
  return kind === 'field' ? `the field ${name} was removed` : `the ${kind} “${name}” was removed`
}

function find({ parts }: DataVersion, part: DataPart): DataPart | undefined {
  return parts.find(({ kind, name }) => kind === part.kind && name === part.name)
}

function countOf(count: number, { areImages }: DataVersion): string {
  return `${formatCount(count)} ${areImages === true ? 'image' : 'sample'}${count === 1 ? '' : 's'}`
}

function shorten(revision: string | null): string {
  return revision === null ? 'none' : revision.slice(0, 7)
}

function joinPhrases(phrases: readonly string[]): string {
  if (phrases.length < 2) return phrases.join('')
  return `${phrases.slice(0, -1).join(', ')} and ${phrases.at(-1)}`
}
