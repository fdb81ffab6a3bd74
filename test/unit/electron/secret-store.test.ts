import { readFile, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Cipher, SecretStore } from '../../../electron/secret-store.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

/** Turns every byte over: enough to tell stored from plain. */
const cipher = (backend: string, isAvailable = true): Cipher => ({
  isEncryptionAvailable: () => isAvailable,
  getSelectedStorageBackend: () => backend,
  encryptString: (text) => Buffer.from(text).map((byte) => byte ^ 0xff) as Buffer,
  decryptString: (encrypted) => {
    if (encrypted.length === 0) throw new Error('Error while decrypting')
    return Buffer.from(encrypted.map((byte) => byte ^ 0xff)).toString()
  },
})

describe('secrets in the user’s folder', () => {
  it('[HU34] are kept encrypted, for their owner alone, over a restart, until they are forgotten', async () => {
    const file = path.join(await createTempFolder(), 'secrets.json')
    new SecretStore(file, cipher('gnome_libsecret')).set('hub-token', 'hf_secret')
    const stored = await readFile(file, 'utf8')
    expect(stored).not.toContain('hf_secret')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const later = new SecretStore(file, cipher('gnome_libsecret'))
    expect([later.get('hub-token'), later.get('other')]).toEqual(['hf_secret', null])
    later.set('hub-token', null)
    expect(later.get('hub-token')).toBeNull()
  })

  it('[HU35] are not kept where the system protects nothing, and are gone where its key is', async () => {
    const file = path.join(await createTempFolder(), 'secrets.json')
    const isAvailable = (store: Cipher) => new SecretStore(file, store).isAvailable
    expect(isAvailable(cipher('kwallet6', false))).toBe(false)
    if (process.platform === 'linux') {
      expect([isAvailable(cipher('kwallet6')), isAvailable(cipher('basic_text'))]).toEqual([true, false])
    }
    await writeFile(file, JSON.stringify({ 'hub-token': '' }))
    expect(new SecretStore(file, cipher('kwallet6')).get('hub-token')).toBeNull()
    await writeFile(file, 'not ours')
    expect(new SecretStore(file, cipher('kwallet6')).get('hub-token')).toBeNull()
  })
})
