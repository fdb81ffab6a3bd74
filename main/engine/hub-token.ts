// The Hub's token: set by hand (and kept in the system's keychain where there is one), else from HF_TOKEN, else Python's file.
// It is never logged, and no error or answer holds it.
import type { HubAccount } from '#contract/hub.ts'
import { FoibleError } from '#core/errors.ts'
import type { HubSettings } from '#hub/hub-settings.ts'

/** A keychain, by name of the secret. */
export interface Secrets {
  get(name: string): Promise<string | null>
  /** null forgets it. */
  set(name: string, value: string | null): Promise<void>
}

export type TokenOrigin = HubAccount['tokenFrom']

const secretName = 'hub-token'

export class HubToken {
  readonly #settings: HubSettings
  readonly #secrets: Secrets | null
  #set: Promise<string | null> | null = null

  constructor(settings: HubSettings, secrets: Secrets | null) {
    this.#settings = settings
    this.#secrets = secrets
  }

  get hasKeychain(): boolean {
    return this.#secrets !== null
  }

  async get(): Promise<string | null> {
    const token = (await this.#getSet()) ?? this.#settings.token
    if (token !== null) assertToken(token)
    return token
  }

  async origin(): Promise<TokenOrigin> {
    if ((await this.#getSet()) === null) return this.#settings.tokenFrom
    return this.hasKeychain ? 'keychain' : 'session'
  }

  /** null: forget the one that was set; those of the environment are then used again. */
  async set(token: string | null): Promise<void> {
    await this.#secrets?.set(secretName, token)
    this.#set = Promise.resolve(token)
  }

  /** The keychain is asked once; again only where it could not answer. */
  async #getSet(): Promise<string | null> {
    const asked = (this.#set ??= this.#secrets?.get(secretName) ?? Promise.resolve(null))
    try {
      return await asked
    } catch (error) {
      if (this.#set === asked) this.#set = null
      throw error
    }
  }
}

/** What a header cannot carry would come back in fetch's own error, in full. Throws `auth_required`. */
export function assertToken(token: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return
  throw new FoibleError('auth_required', 'The Hub token holds characters that no token has; set it anew.')
}
