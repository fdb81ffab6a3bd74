// How many tokens a text encoder takes, and what fills up shorter texts: from its configs, its tokenizer and its graph. Pure.
import { z } from 'zod'
import type { TensorSpec, TextEncoderSpec } from '../model-spec.ts'
import type { TokenizerFile } from './read-tokenizer-file.ts'

export type TextLimits = Pick<TextEncoderSpec, 'maxTokens' | 'padId' | 'padsToMax' | 'lowercase'>

const count = z.number().int().positive().optional().catch(undefined)
const token = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish()
  .catch(undefined)

const tokenizerConfig = z.looseObject({
  model_max_length: z.number().positive().optional().catch(undefined),
  pad_token: token,
  do_lower_case: z.boolean().optional().catch(undefined),
})
const modelConfig = z.looseObject({
  model_type: z.string().catch('').default(''),
  text_config: z
    .looseObject({ max_position_embeddings: count, pad_token_id: z.number().int().min(0).optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** CLIP's. */
const usualTokens = 77
/** Transformers writes 1e30 where a tokenizer knows no limit of its own. */
const mostTokens = 8192

/** @param mask Null where the graph takes none: padding is then a part of what it was trained on. */
export function readTextLimits(
  ids: TensorSpec,
  mask: TensorSpec | null,
  { tokenizer, idOf }: TokenizerFile,
  configs: { readonly tokenizer: unknown; readonly model: unknown },
): TextLimits {
  const ofTokenizer = tokenizerConfig.safeParse(configs.tokenizer ?? {}).data ?? {}
  const { model_type, text_config } = modelConfig.safeParse(configs.model ?? {}).data ?? { model_type: '' }
  const isSiglip = /siglip/i.test(model_type)
  const isClip = /clip/i.test(model_type) || model_type === ''
  const given = [ofTokenizer.model_max_length, text_config?.max_position_embeddings]
  const limits = given.flatMap((limit) => (limit === undefined || limit > mostTokens ? [] : [limit]))
  const padToken = ofTokenizer.pad_token ?? null
  return {
    maxTokens: Math.trunc(ids.shape[1] ?? Math.min(...limits, limits.length === 0 ? usualTokens : mostTokens)),
    padId: (padToken === null ? null : idOf(padToken)) ?? tokenizer.padding?.pad_id ?? text_config?.pad_token_id ?? 0,
    // CLIP looks at the first end of the text and at nothing behind it; SigLIP was trained on texts of its full length.
    padsToMax: isSiglip || (mask === null && !isClip),
    lowercase: ofTokenizer.do_lower_case ?? isSiglip,
  }
}
