// From what somebody types about a model on a server to the source that is added. Pure.
import type { ServerSource } from '#contract/work.ts'
import { FoibleError } from '#core/errors.ts'
import { parseServerAddress } from '#core/models/server-address.ts'

export interface ServerDraft {
  readonly address: string
  /** A model of the library; null = what most ImageNet classifiers were evaluated with. */
  readonly like: string | null
  readonly token: string
}

export const emptyServer: ServerDraft = { address: '', like: null, token: '' }

export type ReadServer =
  | { readonly kind: 'empty' }
  | { readonly kind: 'wrong'; readonly message: string }
  | { readonly kind: 'source'; readonly source: ServerSource }

export function readServer({ address, like, token }: ServerDraft): ReadServer {
  if (address.trim() === '') return { kind: 'empty' }
  try {
    return {
      kind: 'source',
      source: {
        kind: 'server',
        ...parseServerAddress(address),
        like: like === null ? null : { kind: 'model', model: like },
        token: token.trim() === '' ? null : token.trim(),
        tokenEnv: null,
      },
    }
  } catch (error) {
    if (error instanceof FoibleError) return { kind: 'wrong', message: error.message }
    throw error
  }
}
