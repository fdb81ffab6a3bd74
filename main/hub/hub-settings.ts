// Where the Hub is and who asks, from the same environment variables and token file that Python's huggingface_hub uses.
import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface HubSettings {
  /** Origin without a trailing slash. */
  readonly endpoint: string
  readonly token: string | null
}

type Environment = Readonly<Record<string, string | undefined>>

const defaultEndpoint = 'https://huggingface.co'

/** HF_ENDPOINT; HF_TOKEN, else the file HF_TOKEN_PATH or `token` in HF_HOME (`~/.cache/huggingface`). `home` is the user's. */
export function readHubSettings(env: Environment, home: string): HubSettings {
  const endpoint = (env['HF_ENDPOINT']?.trim() || defaultEndpoint).replace(/\/+$/, '')
  const token = env['HF_TOKEN']?.trim() || readTokenFile(env, home)
  return { endpoint, token: token || null }
}

function readTokenFile(env: Environment, home: string): string {
  const cache = env['XDG_CACHE_HOME'] || path.join(home, '.cache')
  const folder = env['HF_HOME'] || path.join(cache, 'huggingface')
  try {
    return readFileSync(env['HF_TOKEN_PATH'] || path.join(folder, 'token'), 'utf8').trim()
  } catch {
    // No file, or none that may be read: the Hub is then asked without a token, and says so where it needs one.
    return ''
  }
}
