// What a dotted name in the text stands for: a field, a companion of a field, or a property of a model's run.
import { FoibleError } from '../errors.ts'
import { companionKinds, runProperties } from './expr.ts'
import type { FilterVocabulary, Path } from './expr.ts'
import { builtInFields, callSignatures, formatPath, hasCompanions } from './names.ts'
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
    throw unknownProperty(position, model, last)
  }
  if (vocabulary?.fields.includes(full)) return { kind: 'field', name: full }
  const companion = first.quoted ? undefined : companionKinds.find((kind) => kind === first.text)
  if (companion !== undefined) return { kind: companion, field: texts.slice(1).join('.') }
  if (property !== undefined) return { kind: 'run', model, property }
  return { kind: 'field', name: full }
}

function checkPath(path: Path, position: number, vocabulary: FilterVocabulary): void {
  if (path.kind === 'run') {
    if (!vocabulary.models.includes(path.model)) throw unknownName(position, path.model, vocabulary.models, 'model')
    return
  }
  const fields = [...vocabulary.fields, ...builtInFields]
  if (path.kind !== 'field') {
    const known = fields.filter(hasCompanions)
    if (!known.includes(path.field)) throw unknownName(position, path.field, known, 'field')
    return
  }
  if (fields.includes(path.name)) return
  const properties = vocabulary.models.flatMap((model) =>
    runProperties.map((property) => formatPath({ kind: 'run', model, property })),
  )
  const calls = Object.keys(callSignatures).map((name) => `${name}(`)
  throw unknownName(position, path.name, [...fields, ...properties, ...calls], 'field')
}

/** Only the last part is compared: the name of the model is right, and would make all its properties look near. */
function unknownProperty(position: number, model: string, name: string): FoibleError {
  const full = (property: string) => `${model}.${property}`
  const nearest = nearestNames(name, runProperties).map(full)
  return nameError({ position, name: full(name), kind: 'property', nearest }, runProperties.map(full))
}

/** The error for a name that is not there, with the nearest ones that are. */
export function unknownName(position: number, name: string, known: readonly string[], kind: string): FoibleError {
  return nameError({ position, name, kind, nearest: nearestNames(name, known) }, known)
}

interface Unknown {
  readonly position: number
  readonly name: string
  readonly kind: string
  readonly nearest: readonly string[]
}

function nameError({ position, name, kind, nearest }: Unknown, names: readonly string[]): FoibleError {
  const known = [...new Set(names)]
  const list = nearest.map((near) => `“${near}”`).join(' or ')
  const all = known.length === 0 ? `there is no ${kind} yet` : `known are ${known.slice(0, 5).join(', ')}`
  const hint = nearest.length > 0 ? `did you mean ${list}?` : `${all}${known.length > 5 ? ', …' : '.'}`
  return new FoibleError('unknown_name', `No ${kind} is called “${name}” (character ${position + 1}): ${hint}`, {
    position,
    name,
    nearest,
  })
}
