// Tokens of inference servers: in an environment variable that a shell named, or given by hand and kept like the Hub's.
// They are never logged or written into the library, and no error or answer holds them.
import { FoibleError } from '#core/errors.ts'
import type { Secrets } from './hub-token.ts'

/** What stands in a model's settings about its token. */
export interface TokenSource {
  readonly url: string
  /** Name of the variable; null = kept, if there is one. */
  readonly tokenEnv: string | null
}

export class ServerTokens {
  readonly #secrets: Secrets | null
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #session = new Map<string, string>()
  readonly #allowed = new Set<string>()

  constructor(secrets: Secrets | null, environment: Readonly<Record<string, string | undefined>>) {
    this.#secrets = secrets
    this.#environment = environment
  }

  /**
   * A shell says so for a variable that a person named: whoever may only call the engine must not send any variable to any server.
   * Throws `usage` for what is no name of a variable.
   */
  allowVariable(name: string): string {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new FoibleError(
        'usage',
        'Give the name of an environment variable that holds the token, not the token itself.',
      )
    }
    this.#allowed.add(name)
    return name
  }

  /** Throws `usage` unless a shell allowed it. */
  requireAllowed(name: string): void {
    if (this.#allowed.has(name)) return
    throw new FoibleError('usage', 'A variable with a token is named on the command line, with --token-env.')
  }

  /** null where the server wants none. Throws `auth_required` where a named variable is empty, or holds what no token can. */
  async get({ url, tokenEnv }: TokenSource): Promise<string | null> {
    const token =
      tokenEnv === null
        ? (this.#session.get(url) ?? (await this.#secrets?.get(nameOf(url))) ?? null)
        : (this.#environment[tokenEnv]?.trim() ?? '')
    if (tokenEnv !== null && token === '') {
      const message = `The environment variable ${tokenEnv}, which holds the token for ${url}, is not set: set it, and start Foible again.`
      throw new FoibleError('auth_required', message, { url, tokenEnv })
    }
    if (token !== null) assertPrintable(token, url)
    return token
  }

  /** Keeps a token for a server, in the keychain where there is one; null forgets it. */
  async set(url: string, token: string | null): Promise<void> {
    if (token === null) this.#session.delete(url)
    else this.#session.set(url, token)
    await this.#secrets?.set(nameOf(url), token)
  }
}

/** What somebody typed or pasted, without the blanks around it. Throws `usage` for what no header can carry, without repeating it. */
export function readTypedToken(typed: string): string {
  const token = typed.trim()
  if (printable.test(token)) return token
  const message =
    token === ''
      ? 'The token is empty: give it, or leave it out where the server wants none.'
      : 'The token holds blanks, line breaks or other characters that no token has: copy it again, by itself.'
  throw new FoibleError('usage', message)
}

function nameOf(url: string): string {
  return `server-token:${url}`
}

/** What a header cannot carry would come back in fetch's own error, in full. */
const printable = /^[\x21-\x7e]+$/

function assertPrintable(token: string, url: string): void {
  if (printable.test(token)) return
  throw new FoibleError('auth_required', `The token for ${url} holds characters that no token has; set it anew.`, {
    url,
  })
}
