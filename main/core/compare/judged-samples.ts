// Which samples the figures of several models are about: those that every one of them has judged, or each its own. Pure.
import { type Bitset, clearBit, rowsOf } from '../columns/bitset.ts'
import { formatCount } from '../format/numbers.ts'

/** Of `rows`, those with a verdict of every model. `correct`: one column a model, 0 = no verdict. */
export function judgedByAll(rows: Bitset, correct: readonly Uint8Array[]): Bitset {
  const judged = rows.slice()
  for (const row of rowsOf(rows)) if (correct.some((column) => column[row] === 0)) clearBit(judged, row)
  return judged
}

/** What is to be said where models have not judged equally many samples; null where they have. */
export function noteSamples(models: readonly string[], judged: readonly number[]): string | null {
  const [fewest, most] = [Math.min(...judged), Math.max(...judged)]
  if (models.length < 2 || fewest === most) return null
  const least = models[judged.indexOf(fewest)]!
  const first = models[judged.indexOf(most)]!
  return `${first} has judged ${formatCount(most)} of these samples and ${least} ${formatCount(fewest)}: each accuracy is over its own.`
}
