// The nearest known names to one that is not known.
import { distance } from 'fastest-levenshtein'

/** Nobody types more, and comparing takes time by the product of both lengths. */
const longestName = 200

/** Up to three names, nearest first, that a slip of the keyboard could have meant; letter case costs nothing. */
export function nearestNames(name: string, known: readonly string[]): string[] {
  if (name.length > longestName) return []
  const wanted = name.toLowerCase()
  const limit = Math.min(wanted.length - 1, Math.max(2, Math.floor(wanted.length / 3)))
  return [...new Set(known)]
    .filter((candidate) => candidate.length <= longestName)
    .map((candidate) => ({ candidate, cost: cost(wanted, candidate.toLowerCase()) }))
    .filter((item) => item.cost <= limit)
    .toSorted((a, b) => a.cost - b.cost || compareText(a.candidate, b.candidate))
    .slice(0, 3)
    .map((item) => item.candidate)
}

/** A name that holds the other is near, however long the rest. */
function cost(wanted: string, candidate: string): number {
  const edits = distance(wanted, candidate)
  const contained =
    wanted.length >= 3 && candidate.length >= 3 && (candidate.includes(wanted) || wanted.includes(candidate))
  return contained ? Math.min(edits, 2) : edits
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
