// Secrets under the protection of the system: encrypted by Electron's safeStorage, in a file of the user's data folder.
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** What safeStorage offers; its key lies in the keychain (macOS), with DPAPI (Windows) or the desktop's secret service (Linux). */
export interface Cipher {
  isEncryptionAvailable(): boolean
  /** Linux only. `basic_text` is no protection: its key is the same on every machine. */
  getSelectedStorageBackend?(): string
  encryptString(text: string): Buffer
  decryptString(encrypted: Buffer): string
}

const fileSchema = z.record(z.string(), z.string())

export class SecretStore {
  readonly #file: string
  readonly #cipher: Cipher

  constructor(file: string, cipher: Cipher) {
    this.#file = file
    this.#cipher = cipher
  }

  /** Without this nothing must be stored: it would lie there for everybody to read. */
  get isAvailable(): boolean {
    if (!this.#cipher.isEncryptionAvailable()) return false
    if (process.platform !== 'linux') return true
    return !['basic_text', 'unknown'].includes(this.#cipher.getSelectedStorageBackend?.() ?? 'unknown')
  }

  /** null where there is none, or another user's or machine's key would be needed to read it. */
  get(name: string): string | null {
    const stored = this.#read()[name]
    if (stored === undefined) return null
    try {
      return this.#cipher.decryptString(Buffer.from(stored, 'base64'))
    } catch {
      // The key is gone (a new keychain, a copied folder): the secret has to be set again.
      return null
    }
  }

  /** null forgets it. */
  set(name: string, value: string | null): void {
    const { [name]: _old, ...others } = this.#read()
    const secrets =
      value === null ? others : { ...others, [name]: this.#cipher.encryptString(value).toString('base64') }
    const part = `${this.#file}.part`
    writeFileSync(part, JSON.stringify(secrets), { mode: 0o600 })
    chmodSync(part, 0o600)
    renameSync(part, this.#file)
  }

  #read(): Readonly<Record<string, string>> {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')))
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
      // A file that is not ours any more holds nothing that could be read.
      if (isMissing || error instanceof SyntaxError || error instanceof z.ZodError) return {}
      throw error
    }
  }
}
