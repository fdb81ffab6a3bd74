// A finding as a sentence with its figures.
import { formatCount, formatProbability, formatRate } from '../format/numbers.ts'

export interface FindingFigures {
  readonly value: string
  /** Names of the models, at least one. */
  readonly models: readonly string[]
  readonly n: number
  /** A mean over the models. */
  readonly failures: number
  readonly rate: number
  readonly expected: number
  /** Whether `expected` is what the slice's classes lead one to expect, or the overall rate. */
  readonly adjusted: boolean
  readonly q: number
  /** Whether the news is that it fails less. */
  readonly easier?: boolean
}

/** Text, and whether it is the name that the sentence is about. */
export interface SentencePart {
  readonly text: string
  readonly strong: boolean
}

/** `On beach, lite0 fails 41 of 52 (79 %, where its classes usually fail 38 %), q = .002`, in parts to be set apart. */
export function findingParts(figures: FindingFigures): readonly SentencePart[] {
  const { value, models, n, failures, rate, expected, adjusted, q, easier = false } = figures
  const verb = `${models.length === 1 ? 'fails' : 'fail'}${easier ? ' only' : ''}`
  const each = models.length === 1 ? '' : ' on average'
  const usual = adjusted ? 'its classes usually fail' : 'all images together fail'
  const seen = `${formatCount(failures)} of ${formatCount(n)}${each}`
  return [
    { text: 'On ', strong: false },
    { text: value, strong: true },
    { text: `, ${nameModels(models)} ${verb} ${seen} `, strong: false },
    { text: `(${formatRate(rate)}, where ${usual} ${formatRate(expected)}), `, strong: false },
    { text: formatProbability('q', q), strong: false },
  ]
}

/** The same as plain text. */
export function findingSentence(figures: FindingFigures): string {
  return findingParts(figures)
    .map((part) => part.text)
    .join('')
}

/** Up to two by name; more would drown what the sentence is about. */
function nameModels(names: readonly string[]): string {
  return names.length < 3 ? listNames(names) : `the ${formatCount(names.length)} models`
}

/** `a`, `a and b`, `a, b and c`. */
export function listNames(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
