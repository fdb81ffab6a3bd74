// What a dotted name in the text stands for: a field, a companion of a field, or a property of a model's run.
import { FoibleError } from '../errors.ts'
import { companionKinds, runProperties } from './expr.ts'
import type { FilterVocabulary, Path } from './expr.ts'
import { builtInFields, formatPath } from './names.ts'
import { nearestNames } from './nearest.ts'
import type { Segment } from './tokens.ts'

/**
 * The path that the segments of a name spell. A known model, then a known field, goes before the prefixes `source`, `score` and
 * `margin`, and those before a run property. With a vocabulary an unknown name throws `unknown_name`.
 */
export function resolvePath(segments: readonly Segment[], position: number, vocabulary?: FilterVocabulary): Path {
  const path = readPath(segments, position, vocabulary)
  if (vocabulary !== undefined) checkPath(path, position, vocabulary)
  return path
}

function readPath(segments: readonly Segment[], position: number, vocabulary?: FilterVocabulary): Path {
  const texts = segments.map((segment) => segment.text)
  const full = texts.join('.')
  const first = segments[0]
  if (texts.length === 1 || first === undefined) return { kind: 'field', name: full }
  const last = texts.at(-1) ?? ''
  const model = texts.slice(0, -1).join('.')
  const property = runProperties.find((name) => name === last)
  if (vocabulary?.models.includes(model)) {
    if (property !== undefined) return { kind: 'run', model, property }
    throw unknownName(
      position,
      full,
      runProperties.map((name) => `${model}.${name}`),
      'property',
    )
  }
  if (vocabulary?.fields.includes(full)) return { kind: 'field', name: full }
  const companion = first.quoted ? undefined : companionKinds.find((kind) => kind === first.text)
  if (companion !== undefined) return { kind: companion, field: texts.slice(1).join('.') }
  if (property !== undefined) return { kind: 'run', model, property }
  return { kind: 'field', name: full }
}

function checkPath(path: Path, position: number, vocabulary: FilterVocabulary): void {
  const fields = [...vocabulary.fields, ...builtInFields]
  if (path.kind === 'run') {
    if (!vocabulary.models.includes(path.model)) throw unknownName(position, path.model, vocabulary.models, 'model')
    return
  }
  const name = path.kind === 'field' ? path.name : path.field
  if (fields.includes(name)) return
  const properties = vocabulary.models.flatMap((model) =>
    runProperties.map((property) => formatPath({ kind: 'run', model, property })),
  )
  throw unknownName(position, name, path.kind === 'field' ? [...fields, ...properties] : fields, 'field')
}

/** The error for a name that is not there, with the nearest ones that are. */
export function unknownName(position: number, name: string, known: readonly string[], kind: string): FoibleError {
  const nearest = nearestNames(name, known)
  const list = nearest.map((near) => `“${near}”`).join(' or ')
  const all = known.length === 0 ? `there is no ${kind} yet` : `known are ${known.slice(0, 5).join(', ')}`
  const hint = nearest.length > 0 ? `did you mean ${list}?` : `${all}${known.length > 5 ? ', …' : '.'}`
  return new FoibleError('unknown_name', `No ${kind} is called “${name}” (character ${position + 1}): ${hint}`, {
    position,
    name,
    nearest,
  })
}
