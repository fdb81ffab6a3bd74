// tokenizer.json as far as Foible looks into it before it is used.
import { FoibleError } from '#core/errors.ts'
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'

/** Gemma's, with 256,000 tokens, has 34 MB. */
const maxTokenizerBytes = 64 * 2 ** 20

/** Ids by token, or a list of pairs of a token and its likelihood. What stands in it is looked at where it is used: it is large. */
const vocabulary = z.custom<object>((value) => typeof value === 'object' && value !== null)

const addedToken = z.looseObject({ id: z.number().int().min(0), content: z.string() })
const tokenizerShape = z.looseObject({
  model: z.looseObject({ vocab: vocabulary }),
  added_tokens: z.array(addedToken).default([]),
  normalizer: z.unknown().default(null),
  pre_tokenizer: z.unknown().default(null),
  post_processor: z.unknown().default(null),
  decoder: z.unknown().default(null),
  padding: z.looseObject({ pad_id: z.number().int().min(0) }).nullish(),
})

export interface TokenizerFile {
  readonly tokenizer: z.infer<typeof tokenizerShape>
  /** Null where the vocabulary does not have it. */
  readonly idOf: (token: string) => number | null
}

/** Throws `not_found`, `too_large`, `model_invalid` (details: `{file}`). */
export async function readTokenizerFile(file: string): Promise<TokenizerFile> {
  const found = await stat(file).catch(() => null)
  if (found === null) {
    throw new FoibleError('not_found', `There is no ${file}: put the model’s tokenizer.json beside it.`, { file })
  }
  if (found.size > maxTokenizerBytes) {
    throw new FoibleError('too_large', `${file} has ${found.size} bytes, more than any tokenizer: download it again.`, {
      file,
      sizeBytes: found.size,
    })
  }
  const parsed = tokenizerShape.safeParse(parseJson(await readFile(file, 'utf8'), file))
  if (!parsed.success) {
    const part = parsed.error.issues[0]?.path.join('.') ?? ''
    throw new FoibleError(
      'model_invalid',
      `${file} is no tokenizer (“${part}” is missing or wrong): download it again, or save it with Transformers.`,
      { file, part },
    )
  }
  const tokenizer = parsed.data
  const { vocab } = tokenizer.model
  return {
    tokenizer,
    idOf: (token) => tokenizer.added_tokens.find(({ content }) => content === token)?.id ?? findId(vocab, token),
  }
}

function findId(vocab: object, token: string): number | null {
  if (Array.isArray(vocab)) {
    const index = vocab.findIndex((pair) => Array.isArray(pair) && pair[0] === token)
    return index < 0 ? null : index
  }
  const id: unknown = Object.getOwnPropertyDescriptor(vocab, token)?.value
  return Number.isSafeInteger(id) ? Number(id) : null
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new FoibleError('model_invalid', `${file} is no valid JSON: download it again.`, { file }, { cause })
  }
}
