// The order and the words of what was noticed about a dataset. Pure.
import type { FindingInfo } from '#contract/common.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatPlural } from '../common/figures.ts'

/** What can be repaired first, then what concerns images that can be looked at; within each the order of before. */
export function arrangeFindings(findings: readonly FindingInfo[]): readonly FindingInfo[] {
  return findings.toSorted((a, b) => urgency(a) - urgency(b))
}

function urgency({ repair, samples }: FindingInfo): number {
  if (repair !== null) return 0
  return samples === null ? 2 : 1
}

/** "e.g. lonely: 3", with the count before it where the message does not say it; the only one alone. */
export function exampleText({ count, message, examples }: FindingInfo): string {
  if (count === 1) return examples[0] ?? ''
  const isSaid = message.includes(formatCount(count))
  return `${isSaid ? '' : `${formatCount(count)}, `}e.g. ${examples[0]}`
}

/** What was done about it, as a sentence of its own; readers say it in a few words. '' where nothing was. */
export function actionText({ action }: Pick<FindingInfo, 'action'>): string {
  if (action === '') return ''
  // A field's name keeps its case.
  const begun = /^[a-z]+[ ,;]/.test(action) ? `${action.charAt(0).toUpperCase()}${action.slice(1)}` : action
  return /[.!?”]$/.test(begun) ? begun : `${begun}.`
}

/** What a repair does to the samples, and whether it can be taken back. */
export function repairConsequence({ count, samples, repair }: FindingInfo): string {
  const touched = samples ?? count
  if (repair?.removes !== true) return `This is about ${formatPlural(touched, 'sample')}; Undo takes it back.`
  const their = touched === 1 ? 'its' : 'their'
  return `${formatPlural(touched, 'sample')} will leave this dataset, with ${their} tags and predictions. This cannot be undone; the image files are not touched.`
}

/** What the button of the confirmation says. */
export function repairWords({ count, samples, repair }: FindingInfo): string {
  if (repair?.removes === true) return `Remove ${formatPlural(samples ?? count, 'sample')}`
  return repair?.words ?? 'Repair'
}
