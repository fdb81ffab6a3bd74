// From a text to token ids, as tokenizer.json says. Files come from anywhere: what is no tokenizer is refused in words.
import { FoibleError } from '#core/errors.ts'
import { Tokenizer } from '@huggingface/tokenizers'
import type { TextEncoderSpec } from '../model-spec.ts'
import { readTokenizerFile } from './read-tokenizer-file.ts'

/** Ids of at most `maxTokens` tokens. What marks the ends of a text stays where the text is cut. */
export type Tokenize = (text: string) => readonly number[]

type TokenizerOptions = Pick<TextEncoderSpec, 'tokenizer' | 'maxTokens' | 'lowercase'>

/** Throws `model_invalid` and `model_unsupported` (details: `{file, reason}`), `too_large`, `not_found`. */
export async function openTokenizer({ tokenizer: file, maxTokens, lowercase }: TokenizerOptions): Promise<Tokenize> {
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
  const tokenizer = attempt(() => new Tokenizer(json, {}), unsupported)
  const encode = (text: string, marksEnds: boolean) =>
    attempt(
      () => tokenizer.encode(lowercase ? text.toLowerCase() : text, { add_special_tokens: marksEnds }).ids,
      unsupported,
    )
  // Whatever stands behind an empty text stands behind every text.
  const ends = encode('', true)
  return (text) => {
    const ids = encode(text, true)
    const plain = encode(text, false)
    if (!ids.every((id) => Number.isSafeInteger(id) && id >= 0)) {
      throw unsupported(new Error(`it has no token for a part of “${text.slice(0, 40)}”`))
    }
    if (ids.length <= maxTokens) return ids
    const before = countBefore(ids, plain)
    const behind = ids.length - before - plain.length
    const kept = Math.max(0, maxTokens - ends.length)
    return [...ids.slice(0, before + kept), ...ids.slice(ids.length - behind)].slice(0, maxTokens)
  }
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
