// What the Hub's `RateLimit` and `RateLimit-Policy` headers say.
// As in https://huggingface.co/docs/hub/rate-limits: `"resolvers";r=2999;t=120` and `"fixed window";"resolvers";q=3000;w=300`.

export interface RateLimit {
  /** Requests left in the window, and milliseconds until it ends; null where the header does not say. */
  readonly left: { readonly requests: number; readonly resetMs: number } | null
  /** Requests a window allows, and how long it is; null where the header does not say. */
  readonly policy: { readonly requests: number; readonly windowMs: number } | null
}

export function readRateLimit(headers: Headers): RateLimit {
  const left = readPair(headers.get('ratelimit'), 'r', 't')
  const policy = readPair(headers.get('ratelimit-policy'), 'q', 'w')
  return {
    left: left && { requests: left[0], resetMs: left[1] * 1000 },
    policy: policy && policy[0] > 0 && policy[1] > 0 ? { requests: policy[0], windowMs: policy[1] * 1000 } : null,
  }
}

/** Two whole-number parameters of the first item of a structured field, in whatever order. */
function readPair(header: string | null, first: string, second: string): readonly [number, number] | null {
  const parameters = new Map<string, number>()
  for (const part of (header ?? '').split(',', 1)[0]!.split(';')) {
    const match = /^\s*([a-z]+)=(\d+)\s*$/.exec(part)
    if (match) parameters.set(match[1]!, Number(match[2]))
  }
  const [a, b] = [parameters.get(first), parameters.get(second)]
  return a === undefined || b === undefined ? null : [a, b]
}
