// The words and the draft of the bins dialog. Pure.
import type { Bins } from '#contract/discovery.ts'
import { FoibleError } from '#core/errors.ts'
import { formatLimits, parseLimits } from '#core/format/parse-limits.ts'

/** What the engine takes where nobody chose. */
export const usualBinCount = 5
export const binCountRange = { min: 2, max: 50 } as const

/** "5 bins", "4 bins by hand" */
export function binsText(bins: Bins | null): string {
  if (bins === null || typeof bins === 'number') return `${bins ?? usualBinCount} bins`
  const count = bins.length - 1
  return `${count} ${count === 1 ? 'bin' : 'bins'} by hand`
}

/** Limits as they stand in the text field. */
export function limitsText(bins: Bins | null): string {
  return bins === null || typeof bins === 'number' ? '' : bins.join(', ')
}

/** The limits that a text means, or what is wrong with it. Nothing typed is nothing wrong. */
export function readLimits(text: string): { readonly limits: number[] | null; readonly problem: string | null } {
  if (text.trim() === '') return { limits: null, problem: null }
  try {
    return { limits: parseLimits(text), problem: null }
  } catch (error) {
    if (error instanceof FoibleError) return { limits: null, problem: error.message }
    throw error
  }
}

/** "0 to below 50, 50 to 100": what the limits make. */
export function limitsSentence(limits: readonly number[]): string {
  const texts = formatLimits(limits)
  const last = texts.length - 2
  const names = texts.slice(0, -1).map((from, i) => `${from} to ${i === last ? '' : 'below '}${texts[i + 1]}`)
  return names.length > 4 ? `${names.slice(0, 2).join(', ')}, … ${names.at(-1)}` : names.join(', ')
}
