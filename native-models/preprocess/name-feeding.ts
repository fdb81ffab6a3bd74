// What sets a way of feeding a model apart from another, in a few words. Pure.
import { describeSize, describeValues } from '../describe-preprocessing.ts'
import { type Factor, type Feeding, differingFactors } from './list-candidates.ts'

/** "BGR", "(x / 255 - 0.5) / 0.5, 224 x 224"; "as it is" where nothing differs. */
export function nameFeeding(feeding: Feeding, base: Feeding): string {
  const words = differingFactors(base, feeding).map((factor) => wordsOf(factor, feeding))
  return words.length === 0 ? 'as it is' : words.join(', ')
}

function wordsOf(factor: Factor, { preprocessing, layout }: Feeding): string {
  switch (factor) {
    case 'layout':
      return layout.toUpperCase()
    case 'values':
      return describeValues(preprocessing)
    case 'channels':
      return preprocessing.channelOrder.toUpperCase()
    case 'geometry':
      return describeSize(preprocessing)
    case 'filter':
      return preprocessing.resample
  }
}
