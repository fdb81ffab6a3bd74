// From a text to token ids, as tokenizer.json says. Files come from anywhere: what is no tokenizer is refused in words.
import { FoibleError } from '#core/errors.ts'
import { Tokenizer } from '@huggingface/tokenizers'
import { z } from 'zod'
import type { TextEncoderSpec } from '../model-spec.ts'
import { createTimeLimit } from './limit-time.ts'
import { readTokenizerFile } from './read-tokenizer-file.ts'

/** Ids of at most `maxTokens` tokens. What marks the ends of a text stays where the text is cut. */
export type Tokenize = (text: string) => readonly number[]

const normalizerShape = z.looseObject({
  type: z.string(),
  lowercase: z.boolean().nullish(),
  normalizers: z.array(z.unknown()).optional(),
})

type TokenizerOptions = Pick<TextEncoderSpec, 'tokenizer' | 'maxTokens' | 'lowercase'>

/** A text takes milliseconds; a regular expression that goes back over itself takes for ever. */
const usualLimitMs = 20_000

/**
 * @param limitMs Of one text, and of making the tokenizer.
 * Throws `model_invalid` and `model_unsupported` (details: `{file, reason}`), also for what takes too long, `too_large`, `not_found`.
 */
export async function openTokenizer(
  { tokenizer: file, maxTokens, lowercase }: TokenizerOptions,
  limitMs = usualLimitMs,
): Promise<Tokenize> {
  const { tokenizer: json } = await readTokenizerFile(file)
  const unsupported = (cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    return new FoibleError(
      'model_unsupported',
      `Foible cannot follow the tokenizer of ${file} (${reason}): save it again with a newer version of Transformers.`,
      { file, reason },
      { cause },
    )
  }
  const limited = createTimeLimit(limitMs, () => new Error(`a text takes it more than ${limitMs / 1000} s`))
  const tokenizer = attempt(() => limited(() => new Tokenizer(json, {})), unsupported)
  const isLower = lowercase || attempt(() => lowersCase(json.normalizer), unsupported)
  const encode = (text: string, marksEnds: boolean) =>
    attempt(() => limited(() => tokenizer.encode(text, { add_special_tokens: marksEnds }).ids), unsupported)
  // Whatever stands around an empty text stands around every text.
  const ends = encode('', true).length
  return (given) => {
    const text = isLower ? lowerEach(given) : given
    const ids = encode(text, true)
    if (!ids.every((id) => Number.isSafeInteger(id) && id >= 0)) {
      throw unsupported(new Error(`it has no token for a part of “${given.slice(0, 40)}”`))
    }
    if (ids.length <= maxTokens) return ids
    const plain = encode(text, false)
    const before = countBefore(ids, plain)
    const kept = before + Math.max(0, maxTokens - ends)
    return [...ids.slice(0, kept), ...ids.slice(before + plain.length)].slice(0, maxTokens)
  }
}

/** Python's tokenizers lower each character by itself; JavaScript lowers a Σ at the end of a word to another letter than elsewhere. */
function lowerEach(text: string): string {
  return Array.from(text, (character) => character.toLowerCase()).join('')
}

/** Whether the tokenizer's own steps put texts into lower case. */
function lowersCase(normalizer: unknown): boolean {
  const parsed = normalizerShape.safeParse(normalizer)
  if (!parsed.success) return false
  const { type, lowercase, normalizers = [] } = parsed.data
  return type === 'Lowercase' || lowercase === true || normalizers.some(lowersCase)
}

/** Tokens that mark the beginning. */
function countBefore(ids: readonly number[], plain: readonly number[]): number {
  for (let start = 0; start <= ids.length - plain.length; start++) {
    if (plain.every((id, i) => ids[start + i] === id)) return start
  }
  return 0
}

/** The library throws plain errors, and type errors where a file lacks a part. */
function attempt<T>(work: () => T, failed: (cause: unknown) => FoibleError): T {
  try {
    return work()
  } catch (cause) {
    throw failed(cause)
  }
}
