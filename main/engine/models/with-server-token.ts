// The token of a model's server joins the model only where it is sent somewhere: it is never kept, shown or logged with it.
import type { ModelSpec } from '#models/model-spec.ts'
import type { ModelSettings } from '#store/model-table.ts'
import type { EngineParts } from '../engine-parts.ts'

/**
 * A model as a run needs it.
 * @param model The one of the library whose settings name the token, where it is derived from that.
 * Throws `auth_required` where the variable that holds the token is not set.
 */
export async function withServerToken(parts: EngineParts, spec: ModelSpec, model = spec.name): Promise<ModelSpec> {
  if (spec.server === undefined) return spec
  const { settings } = parts.models.record(model)
  const token = await parts.serverTokens.get({ url: spec.server.url, tokenEnv: tokenEnvOf(settings) })
  return token === null ? spec : { ...spec, server: { ...spec.server, token } }
}

/** Name of the variable that somebody gave when the model was added. */
export function tokenEnvOf({ tokenEnv }: ModelSettings): string | null {
  return typeof tokenEnv === 'string' ? tokenEnv : null
}
