// Where a model is served under the Open Inference Protocol (KServe v2): the server's root, the model's name, and its version.
import { FoibleError } from '../errors.ts'

export interface ServerAddress {
  /** `https://host:8000`, with the path in front of `/v2` where there is one, and no slash at its end. */
  readonly url: string
  readonly model: string
  /** null = whichever the server takes for the newest. */
  readonly version: string | null
}

const expected = 'It looks like https://host:8000/model or https://host:8000/v2/models/model/versions/1.'
const rootPattern = /^https?:\/\/(?:[\p{L}\p{N}._~-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:\/[\p{L}\p{N}._~%/-]*)?$/iu
const dots = /^\.{1,2}$/

/**
 * Reads what somebody typed, or copied from the server's documentation: `https://host:8000/model`, `.../model/versions/1`, or the whole
 * `https://host/prefix/v2/models/model/versions/1`.
 * Throws `usage`; what may hold a password is not repeated.
 */
export function parseServerAddress(text: string): ServerAddress {
  const parts = /^(https?:\/\/[^/]+)(\/.*)?$/i.exec(text.trim())
  const steps = (parts?.[2] ?? '').split('/').filter((step) => step !== '')
  const version = steps.at(-2) === 'versions' && steps.length > 2 ? steps.splice(-2)[1]! : null
  const model = steps.pop()
  if (steps.at(-1) === 'models' && steps.at(-2) === 'v2') steps.length -= 2
  if (parts === null || model === undefined)
    throw new FoibleError('usage', `This names no model of a server. ${expected}`)
  return checkServerAddress({
    url: [parts[1]!, ...steps].join('/'),
    model: decode(model),
    version: version === null ? null : decode(version),
  })
}

/** The address as it is kept. Throws `usage` for what is no http(s) address, and for one with a password, a query or a fragment in it. */
export function checkServerAddress({ url, model, version }: ServerAddress): ServerAddress {
  const root = url.trim().replace(/\/+$/, '')
  if (root.includes('@')) {
    const message =
      'Leave the name and password out of the server’s address: give its token by itself, where nobody reads it.'
    throw new FoibleError('usage', message)
  }
  const isWhole =
    rootPattern.test(root) &&
    !root
      .split('/')
      .slice(3)
      .some((step) => step === '' || dots.test(step))
  if (!isWhole || [model, version].some((name) => name !== null && (name.trim() === '' || dots.test(name)))) {
    throw new FoibleError('usage', `This is no address of a model on a server. ${expected}`)
  }
  const [scheme, host, ...path] = root.split(/\/+/)
  return { url: [`${scheme!.toLowerCase()}//${host!.toLowerCase()}`, ...path].join('/'), model, version }
}

/** For people: `https://host:8000/model`, with `/versions/1` behind it where one was asked for. */
export function formatServerAddress({ url, model, version }: ServerAddress): string {
  return `${url}/${model}${version === null ? '' : `/versions/${version}`}`
}

/** `kserve:host:8000`, which stands with the rows that come from there. */
export function serverProvider({ url }: Pick<ServerAddress, 'url'>): string {
  return `kserve:${url.split('/')[2] ?? ''}`
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    throw new FoibleError('usage', `The server’s address has a % that stands for nothing. ${expected}`)
  }
}
