// What the check of a preprocessing shows, in words. Pure.
import type { CandidateInfo, PreprocessingCheck } from '#contract/preprocessing.ts'
import type { ModelInfo } from '#contract/work.ts'
import { feedingSettings } from '#core/preprocessing/feeding-settings.ts'
import { formatCount, formatInterval, formatProbability, formatRate } from '#core/format/numbers.ts'

export const standingWords: Readonly<Record<CandidateInfo['standing'], string>> = {
  own: 'as it is',
  ahead: '▲ better',
  level: 'no telling',
  behind: '▼ worse',
  refused: 'does not run',
}

/** Title of the verdict. */
export const verdictWords: Readonly<Record<PreprocessingCheck['verdict'], string>> = {
  best: 'The preprocessing fits',
  level: 'The preprocessing holds',
  wrong: 'The preprocessing is probably wrong',
  cut: 'Another cut fits these images better',
  unclear: 'These images cannot tell',
}

/** "47 of 64 right: 73 % [61, 82]" */
export function accuracyText({ right, accuracy, interval }: CandidateInfo, images: number): string {
  if (accuracy === null) return 'not tried'
  return `${formatCount(right)} of ${formatCount(images)} right: ${formatRate(accuracy)} ${formatInterval(interval)}`
}

/** "right class higher up on 12, further down on 40 (p < .001)" */
export function pairedText({ higher, lower, p }: CandidateInfo): string {
  if (p === null) return ''
  return `right class higher up on ${formatCount(higher)}, further down on ${formatCount(lower)} (${formatProbability('p', p)})`
}

/** "On 64 images, unmasked, on cpu; 2 more could not be read." */
export function conditionsText({ images, unreadable, protocol, provider, isCutShort }: PreprocessingCheck): string {
  const parts = [`On ${formatCount(images)} images spread over the classes, ${protocol}, on ${provider}.`]
  if (unreadable > 0) parts.push(`${formatCount(unreadable)} more could not be read.`)
  if (isCutShort) parts.push('Time was short for all images and ways.')
  return parts.join(' ')
}

/** Whether nobody said how images are to be prepared for this model, so that somebody should look. */
export function isGuessed({ preprocessingOrigin }: Pick<ModelInfo, 'preprocessingOrigin'>): boolean {
  return ['default', 'model graph', 'model metadata'].includes(preprocessingOrigin)
}

/** Of a model that is fed as the candidate is. */
export function settingsOf(candidate: CandidateInfo, { candidates }: PreprocessingCheck) {
  return feedingSettings(candidate.feeding, candidates.find(({ standing }) => standing === 'own')?.feeding)
}
