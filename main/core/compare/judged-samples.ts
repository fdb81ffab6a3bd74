// Which samples the figures of several models are about: those that every one of them has judged, or each its own. Pure.
import { type Bitset, clearBit } from '../columns/bitset.ts'
import { visitRowBlocks } from '../columns/row-blocks.ts'
import { formatCount } from '../format/numbers.ts'

/** Of `rows`, those with a verdict of every model. `correct`: one column a model, 0 = no verdict. */
export function judgedByAll(rows: Bitset, correct: readonly Uint8Array[]): Bitset {
  const judged = rows.slice()
  visitRowBlocks(rows, (block, count) => {
    for (const column of correct) {
      for (let index = 0; index < count; index++) if (column[block[index]!] === 0) clearBit(judged, block[index]!)
    }
  })
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
