// Calls that have nothing to work with in a cube: each says what is not there, and what to do instead.
import type { CallContext, CallName, Handlers } from '#contract/contract.ts'
import { FoibleError } from '#core/errors.ts'
import type { EngineParts } from '#engine/engine-parts.ts'

const instead = 'use slices, comparison and mining, or import the images themselves.'
const noLabels = `A cube counts right and wrong, not which label was given; ${instead}`
const noImages = `A cube counts images and has none itself; ${instead}`
const noSamples = `A cube counts images and knows no single one; ${instead}`
const noTags = 'A cube knows no single image that could be tagged; save a view of the filter instead.'
const finished =
  'A cube is counted already, and nothing can be added to it; count again where the images are, and import that.'

const refusals: Readonly<Partial<Record<CallName, string>>> = {
  'confusion.compute': noLabels,
  'confusion.difference': noLabels,
  'confusion.runDifference': noLabels,
  'samples.get': noSamples,
  'query.page': noSamples,
  'query.groups': noSamples,
  'query.position': noSamples,
  'query.range': noSamples,
  'samples.neighbours': noSamples,
  'models.tensor': noImages,
  'preprocessing.check': noImages,
  'runs.start': noImages,
  'datasets.fetchImages': noImages,
  'inferred.start': noImages,
  'review.queue': noSamples,
  'exports.start': 'A cube counts images and has none itself; write a part of it as another cube with “foible cube”.',
  'predictions.export': noLabels,
  'predictions.import': finished,
  'sidecars.inspect': finished,
  'sidecars.join': finished,
  'revisions.compare': finished,
  'revisions.take': finished,
  'labels.map': noLabels,
  'labels.set': finished,
  'labels.read': finished,
  'lint.run': noImages,
  'tags.apply': noTags,
}

type AnyHandler = (input: { readonly dataset?: unknown }, context: CallContext) => unknown

/** The same handlers, of which those above throw `usage` on a cube. */
export function refuseCubes(parts: Pick<EngineParts, 'library'>, handlers: Handlers): Handlers {
  const wrapped = Object.entries(handlers).map(([name, handler]) => {
    const message = refusals[name as CallName]
    if (message === undefined) return [name, handler]
    const guarded: AnyHandler = (input, context) => {
      const { dataset } = input
      if (typeof dataset === 'string' && parts.library.dataset(dataset).meta.cube !== undefined) {
        throw new FoibleError('usage', message, { dataset, call: name })
      }
      return (handler as AnyHandler)(input, context)
    }
    return [name, guarded]
  })
  // The same names with functions of the same types, which the type of Object.entries has lost.
  return Object.fromEntries(wrapped) as Handlers
}
