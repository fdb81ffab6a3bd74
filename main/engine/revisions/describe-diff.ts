// A match of two revisions in numbers and examples, and what would be lost by taking the newer one.
import type { RevisionDiff } from '#contract/hub.ts'
import { type Bitset, countBits, createBitset, intersectWith, setBit, uniteWith } from '#core/columns/bitset.ts'
import { type RowIdentity, type RowMatch, fateOfRow, hasSameContent } from '#core/revisions/match-rows.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

const shownExamples = 20

export interface Matched {
  readonly before: readonly RowIdentity[]
  readonly after: readonly RowIdentity[]
  readonly match: RowMatch
  /** New rows whose samples were taken out of the dataset by hand: they stay out. */
  readonly leftOut: ReadonlySet<number>
}

export type RevisionNames = Pick<RevisionDiff, 'repo' | 'revision' | 'from' | 'to'>

export function describeDiff(dataset: DatasetHandle, names: RevisionNames, matched: Matched): RevisionDiff {
  const { before, after, match, leftOut } = matched
  const diff = emptyDiff(names)
  const { examples } = diff
  const note = (kind: keyof RevisionDiff['examples'], text: string) => {
    diff[kind]++
    if (examples[kind].length < shownExamples) examples[kind].push(text)
  }
  const changedRows = createBitset(before.length)
  after.forEach(({ fileName }, row) => {
    if (leftOut.has(row)) return
    const fate = fateOfRow(match, row)
    const old = match.from[row]!
    if (fate === 'unchanged') diff.unchanged++
    else note(fate, fate === 'moved' ? `${before[old]!.fileName} → ${fileName}` : fileName)
    if (old >= 0 && !hasSameContent(match, row)) setBit(changedRows, old)
  })
  const removedRows = createBitset(before.length)
  for (const old of match.removed) {
    note('removed', before[old]!.fileName)
    setBit(removedRows, old)
  }
  const tagged = countBits(intersectWith(taggedRows(dataset), removedRows))
  const predicted = countBits(intersectWith(predictedRows(dataset), uniteWith(changedRows, removedRows)))
  return { ...diff, lost: { tagged, predicted } }
}

/** Nothing is different, or nothing known yet. */
export function emptyDiff(names: RevisionNames): RevisionDiff {
  return {
    ...names,
    isNewer: names.from !== names.to,
    added: 0,
    removed: 0,
    changed: 0,
    moved: 0,
    unchanged: 0,
    unsure: 0,
    unreadArchives: 0,
    lost: { tagged: 0, predicted: 0 },
    examples: { added: [], removed: [], changed: [], moved: [], unsure: [] },
  }
}

function taggedRows({ columns }: DatasetHandle): Bitset {
  return columns.tags.reduce((all, { name }) => uniteWith(all, columns.tag(name)), createBitset(columns.rowCount))
}

export function predictedRows({ columns }: DatasetHandle): Bitset {
  return columns.runs.reduce(
    (all, { model }) => uniteWith(all, columns.predicted(model)),
    createBitset(columns.rowCount),
  )
}
