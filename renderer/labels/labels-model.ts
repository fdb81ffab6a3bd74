// The words and the order of the review of classes. Pure.
import type { LabelMap, LabelMapRow } from '#contract/labels.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'

const hows: Readonly<Record<LabelMapRow['how'], string>> = {
  'accepted-ids': 'the dataset’s own ids',
  id: 'the name is the id',
  wnid: 'WordNet id',
  exact: 'same name',
  synonym: 'a synonym',
  normalised: 'same name, spelt otherwise',
  file: 'label map',
  person: 'decided here',
  none: 'no answer',
}

/** "no answer", "a synonym, of several classes" */
export function howText({ how, ambiguous }: Pick<LabelMapRow, 'how' | 'ambiguous'>): string {
  return ambiguous ? `${hows[how]}, of several classes` : hows[how]
}

export function isDecided({ how }: Pick<LabelMapRow, 'how'>): boolean {
  return how === 'person' || how === 'file'
}

/** Whether somebody should look at the class: it has no answer, or one that its name alone does not settle. */
export function needsLook(row: LabelMapRow): boolean {
  return row.samples > 0 && (row.how === 'none' || row.ambiguous)
}

/** What needs a look first: classes without an answer, ambiguous ones, names that differ; within each the largest. */
export function arrangeClasses(classes: readonly LabelMapRow[]): readonly LabelMapRow[] {
  return classes.toSorted(
    (a, b) =>
      urgency(a) - urgency(b) || b.samples - a.samples || a.class.localeCompare(b.class, 'en', { numeric: true }),
  )
}

function urgency(row: LabelMapRow): number {
  if (row.samples === 0) return 5
  if (row.how === 'none') return 0
  if (row.ambiguous) return 1
  if (row.how === 'normalised') return 2
  return row.how === 'synonym' ? 3 : 4
}

/** "2 of 113 classes have no answer: 31 samples are not judged." */
export function unmappedText({ classes, unmapped }: LabelMap): string {
  if (unmapped.classes === 0) return `All ${formatPlural(classes.length, 'class', 'classes')} have an answer.`
  const [have, are] = [unmapped.classes === 1 ? 'has' : 'have', unmapped.samples === 1 ? 'is' : 'are']
  const samples = `${formatPlural(unmapped.samples, 'sample')} ${are} not judged`
  return `${formatCount(unmapped.classes)} of ${formatPlural(classes.length, 'class', 'classes')} ${have} no answer: ${samples}.`
}

/** What a row says when it is read aloud. */
export function rowSentence(row: LabelMapRow): string {
  const answer =
    row.accepted.length > 0
      ? `accepts ${row.accepted.map(({ name }) => name).join(', ')}`
      : row.proposals.length > 0
        ? `nothing accepted, proposed: ${row.proposals[0]!.name}`
        : 'nothing accepted'
  return `${row.class}, ${formatPlural(row.samples, 'sample')}, ${howText(row)}, ${answer}`
}
