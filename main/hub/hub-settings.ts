// Where the Hub is, who asks, and where Python keeps what it fetched: from the same environment variables and token file that
// Python's huggingface_hub uses.
import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface HubSettings {
  /** Origin without a trailing slash. */
  readonly endpoint: string
  readonly token: string | null
  readonly tokenFrom: 'none' | 'environment' | 'file'
  /** The folder of Python's cache, whether there is one or not. */
  readonly pythonCache: string
}

type Environment = Readonly<Record<string, string | undefined>>

const defaultEndpoint = 'https://huggingface.co'

/**
 * HF_ENDPOINT; HF_TOKEN, else the file HF_TOKEN_PATH or `token` in HF_HOME (`~/.cache/huggingface`); HF_HUB_CACHE, else `hub` in
 * HF_HOME. `home` is the user's.
 */
export function readHubSettings(env: Environment, home: string): HubSettings {
  const endpoint = (env['HF_ENDPOINT']?.trim() || defaultEndpoint).replace(/\/+$/, '')
  const folder = env['HF_HOME'] || path.join(env['XDG_CACHE_HOME'] || path.join(home, '.cache'), 'huggingface')
  const pythonCache = env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || path.join(folder, 'hub')
  const fromEnvironment = env['HF_TOKEN']?.trim() ?? ''
  const token = fromEnvironment || readTokenFile(env['HF_TOKEN_PATH'] || path.join(folder, 'token'))
  const tokenFrom = fromEnvironment ? 'environment' : token ? 'file' : 'none'
  return { endpoint, token: token || null, tokenFrom, pythonCache }
}

function readTokenFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    // No file, or none that may be read: the Hub is then asked without a token, and says so where it needs one.
    return ''
  }
}
