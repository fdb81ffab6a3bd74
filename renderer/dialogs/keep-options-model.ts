// What keeping logits and embeddings takes on disk. Pure.
import type { ModelInfo } from '#contract/work.ts'
import type { KeptKind } from '#core/sample.ts'

export interface KeepOption {
  readonly kind: KeptKind
  /** Of all samples, with all of the models whose sizes are known. */
  readonly bytes: number
  /** Models of the choice that have nothing of the kind. */
  readonly without: readonly string[]
  /** One of them has something. */
  readonly isPossible: boolean
}

type Sizes = Pick<ModelInfo, 'name' | 'classes' | 'embedding'>

const bytesOfNumber = 2
/** Its id. */
const bytesOfSample = 4

/** Both kinds for a choice of models. A dual encoder's logits are one a class of the dataset: how many is not known before. */
export function listKeepOptions(models: readonly Sizes[], samples: number): readonly KeepOption[] {
  const bytesOf = (numbers: number) => (numbers === 0 ? 0 : samples * (numbers * bytesOfNumber + bytesOfSample))
  const describing = models.filter(({ embedding }) => embedding !== null)
  return [
    {
      kind: 'logits',
      bytes: models.reduce((sum, { classes }) => sum + bytesOf(classes), 0),
      without: [],
      isPossible: models.length > 0,
    },
    {
      kind: 'embedding',
      bytes: describing.reduce((sum, { embedding }) => sum + bytesOf(embedding?.size ?? 0), 0),
      without: models.filter(({ embedding }) => embedding === null).map(({ name }) => name),
      isPossible: describing.length > 0,
    },
  ]
}

/** What a model can keep of what is wanted. */
export function keepOf(model: Pick<ModelInfo, 'embedding'> | undefined, wanted: readonly KeptKind[]): KeptKind[] {
  return wanted.filter((kind) => kind === 'logits' || (model?.embedding ?? null) !== null)
}
