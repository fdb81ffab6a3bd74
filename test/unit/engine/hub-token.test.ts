import { describe, expect, it } from 'vitest'
import { HubToken } from '#engine/hub-token.ts'
import { readHubSettings } from '#hub/hub-settings.ts'

const settings = (token: string | null, tokenFrom: 'none' | 'environment' | 'file') => ({
  endpoint: 'https://hub.example',
  pythonCache: '/nowhere',
  token,
  tokenFrom,
})

describe('the Hub token', () => {
  it('[HU30] is the one set by hand, else HF_TOKEN, else the token file', async () => {
    const kept = new Map<string, string>([['hub-token', 'hf_kept']])
    const secrets = {
      get: (name: string) => Promise.resolve(kept.get(name) ?? null),
      set: (name: string, value: string | null) => {
        if (value === null) kept.delete(name)
        else kept.set(name, value)
        return Promise.resolve()
      },
    }
    const token = new HubToken(settings('hf_env', 'environment'), secrets)
    expect([await token.get(), await token.origin()]).toEqual(['hf_kept', 'keychain'])
    await token.set('hf_new')
    expect([await token.get(), kept.get('hub-token')]).toEqual(['hf_new', 'hf_new'])
    await token.set(null)
    expect([await token.get(), await token.origin(), kept.size]).toEqual(['hf_env', 'environment', 0])

    const session = new HubToken(settings(null, 'none'), null)
    expect([await session.get(), await session.origin()]).toEqual([null, 'none'])
    await session.set('hf_now')
    expect([await session.get(), await session.origin()]).toEqual(['hf_now', 'session'])
  })

  it('[HU31] asks a keychain that could not answer once more', async () => {
    const answers = [Promise.reject(new Error('locked')), Promise.resolve('hf_kept')]
    const token = new HubToken(settings(null, 'none'), { get: () => answers.shift()!, set: () => Promise.resolve() })
    await expect(token.get()).rejects.toThrow('locked')
    expect(await token.get()).toBe('hf_kept')
  })

  it('[HU32] with characters that no header can carry is refused without being repeated', async () => {
    for (const bad of ['hf_a\nb', 'hf_ü', 'hf a']) {
      const failure: unknown = await new HubToken(settings(bad, 'environment'), null).get().catch((e: unknown) => e)
      expect(failure).toMatchObject({ code: 'auth_required' })
      expect(String(failure)).not.toContain(bad)
    }
  })

  it('[HU33] and the folder of Python’s cache come from the variables that Python reads', () => {
    const read = (env: Record<string, string>) => readHubSettings(env, '/home/ada')
    expect(read({ HF_TOKEN: ' hf_x ' })).toMatchObject({ token: 'hf_x', tokenFrom: 'environment' })
    expect(read({})).toMatchObject({ token: null, tokenFrom: 'none', pythonCache: '/home/ada/.cache/huggingface/hub' })
    expect(read({ HF_HOME: '/hf' }).pythonCache).toBe('/hf/hub')
    expect(read({ HF_HOME: '/hf', HF_HUB_CACHE: '/cache' }).pythonCache).toBe('/cache')
    expect(read({ XDG_CACHE_HOME: '/x' }).pythonCache).toBe('/x/huggingface/hub')
  })
})
