// Whether a model goes by shape or by texture where the two disagree (cue-conflict images).
import { rowsOf } from '../columns/bitset.ts'
import type { Bitset } from '../columns/bitset.ts'
import type { Codes } from '../columns/column.ts'
import { type ShareOf, shareOf } from './value-metrics.ts'

export interface ShapeBiasInput {
  readonly rows: Bitset
  /** Category of the shape, of the texture and of the answer, in one numbering from 1; 0 is none. */
  readonly shapes: Codes
  readonly textures: Codes
  readonly answers: Codes
  /** Whether the model has answered at all, by row: an answer may lie in no category. */
  readonly hasAnswer: (row: number) => boolean
  readonly categoryCount: number
}

export interface CueDecisions {
  /** Conflict images with an answer. */
  readonly n: number
  readonly shape: number
  readonly texture: number
  /** Shape decisions of those that are either; null where none is. R. Geirhos et al., ICLR 2019. */
  readonly bias: ShareOf | null
}

export interface ShapeBias extends CueDecisions {
  /** Cue accuracy: the share of images on which the answer is the shape or the texture. */
  readonly cueAccuracy: ShareOf
  /** By category of the shape, those that have images. */
  readonly byShape: readonly (CueDecisions & { readonly category: number })[]
}

/** Over images whose two cues differ; null where none of them under the filter has an answer. */
export function shapeBias(input: ShapeBiasInput): ShapeBias | null {
  const { shapes, textures, answers, categoryCount } = input
  const n = new Uint32Array(categoryCount + 1)
  const shape = new Uint32Array(categoryCount + 1)
  const texture = new Uint32Array(categoryCount + 1)
  for (const row of rowsOf(input.rows)) {
    const [ownShape, ownTexture] = [shapes[row]!, textures[row]!]
    if (ownShape === 0 || ownTexture === 0 || ownShape === ownTexture || !input.hasAnswer(row)) continue
    n[ownShape]!++
    if (answers[row] === ownShape) shape[ownShape]!++
    else if (answers[row] === ownTexture) texture[ownShape]!++
  }
  const total = decisions(sum(n), sum(shape), sum(texture))
  if (total.n === 0) return null
  return {
    ...total,
    cueAccuracy: shareOf(total.shape + total.texture, total.n),
    byShape: Array.from(n.keys())
      .filter((category) => n[category]! > 0)
      .map((category) => ({ category, ...decisions(n[category]!, shape[category]!, texture[category]!) })),
  }
}

function decisions(n: number, shape: number, texture: number): CueDecisions {
  return { n, shape, texture, bias: shape + texture === 0 ? null : shareOf(shape, shape + texture) }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0)
}
