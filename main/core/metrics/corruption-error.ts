// Corruption errors over fields of corruption and severity: ImageNet-C's mean corruption error, where it is defined.
import { rowsOf } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import { wrongCode } from '../columns/column.ts'
import type { Codes } from '../columns/column.ts'
import { alexnetCorruptionErrors } from '../facts/alexnet-corruption-errors.ts'

export interface CorruptionInput {
  readonly rows: Bitset
  readonly correct: Uint8Array
  readonly corruptions: Codes
  /** Names of the corruptions, that of code c at c - 1. */
  readonly names: readonly string[]
  /** 1 to 5; others, and NaN, are left out. */
  readonly severities: (row: number) => number
  /** For how many images each row stands; by default one each. */
  readonly weights?: Float64Array | null | undefined
}

export interface SeverityError {
  readonly severity: number
  readonly n: number
  readonly wrong: number
}

export interface CorruptionError {
  readonly corruption: string
  readonly n: number
  readonly severities: readonly SeverityError[]
  /** Mean over the severities that have images of the error at each. */
  readonly meanError: number
  /** Sum of the errors over sum of AlexNet's, over these severities; null for a corruption that is none of the fifteen. */
  readonly ce: number | null
}

export interface CorruptionErrors {
  readonly n: number
  /** In the benchmark's order, others after them by name. */
  readonly corruptions: readonly CorruptionError[]
  /** Mean of `meanError` over all corruptions: what there is without a reference. */
  readonly meanError: number
  /** Mean of the CE of those of the fifteen that are there; null where none is. */
  readonly meanCe: number | null
  /** Whether `meanCe` is mCE: all fifteen, at all five severities. */
  readonly isComplete: boolean
}

const severityCount = 5
const benchmark = Object.keys(alexnetCorruptionErrors)
const references: Readonly<Record<string, readonly number[]>> = alexnetCorruptionErrors

/** D. Hendrycks and T. Dietterich, ICLR 2019. null where no judged image under the filter has both a corruption and a severity. */
export function corruptionErrors(input: CorruptionInput): CorruptionErrors | null {
  const { correct, corruptions, names, severities, weights } = input
  const n = new Float64Array((names.length + 1) * severityCount)
  const wrong = new Float64Array(n.length)
  for (const row of rowsOf(input.rows)) {
    const [verdict, code, severity] = [correct[row]!, corruptions[row]!, severities(row)]
    if (verdict === 0 || code === 0 || !isSeverity(severity)) continue
    const cell = code * severityCount + severity - 1
    const images = weights?.[row] ?? 1
    n[cell]! += images
    if (verdict === wrongCode) wrong[cell]! += images
  }
  const errors = names
    .map((corruption, index) => {
      const cells = Array.from({ length: severityCount }, (_, place) => (index + 1) * severityCount + place)
      return describe(
        corruption,
        cells.map((cell, place) => ({ severity: place + 1, n: n[cell]!, wrong: wrong[cell]! })),
      )
    })
    .filter((error) => error.n > 0)
    .sort((a, b) => placeOf(a.corruption) - placeOf(b.corruption) || (a.corruption < b.corruption ? -1 : 1))
  if (errors.length === 0) return null
  const known = errors.flatMap(({ ce }) => (ce === null ? [] : [ce]))
  return {
    n: errors.reduce((sum, error) => sum + error.n, 0),
    corruptions: errors,
    meanError: mean(errors.map(({ meanError }) => meanError)),
    meanCe: known.length === 0 ? null : mean(known),
    isComplete:
      known.length === benchmark.length &&
      errors.every(({ ce, severities: seen }) => ce === null || seen.length === severityCount),
  }
}

function describe(corruption: string, cells: readonly SeverityError[]): CorruptionError {
  const severities = cells.filter((cell) => cell.n > 0)
  const total = severities.reduce((sum, cell) => sum + cell.wrong / cell.n, 0)
  const reference = Object.hasOwn(references, corruption) ? references[corruption]! : null
  const ofReference = severities.reduce((sum, { severity }) => sum + (reference?.[severity - 1] ?? 0), 0)
  return {
    corruption,
    n: severities.reduce((sum, cell) => sum + cell.n, 0),
    severities,
    meanError: severities.length === 0 ? 0 : total / severities.length,
    ce: reference === null || severities.length === 0 ? null : total / ofReference,
  }
}

function isSeverity(severity: number): boolean {
  return Number.isInteger(severity) && severity >= 1 && severity <= severityCount
}

function placeOf(corruption: string): number {
  const place = benchmark.indexOf(corruption)
  return place < 0 ? benchmark.length : place
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
