// Editing the filter's text: what completing an option makes of it, and what a chip says. Pure.
import { FoibleError } from '#core/errors.ts'
import type { FilterExpr, FilterVocabulary } from '#core/filter/expr.ts'
import { formatFilter } from '#core/filter/format.ts'
import { formatPath } from '#core/filter/names.ts'
import { normaliseFilter } from '#core/filter/normalise.ts'
import { parseFilter } from '#core/filter/parse.ts'

export interface Edited {
  readonly text: string
  readonly cursor: number
}

/** Puts a completion in the place of what stands from `from` to the cursor, and a space behind it. */
export function applyOption({ text, cursor }: Edited, from: number, label: string): Edited {
  const after = text.slice(cursor)
  const gap = label.endsWith('(') || /^[\s,)]/.test(after) ? '' : ' '
  const before = text.slice(0, from) + label + gap
  return { text: before + after, cursor: before.length }
}

export type Reading =
  | { readonly ok: true; readonly filter: FilterExpr }
  | { readonly ok: false; readonly message: string; readonly position: number | null }

/** Parses the text; an error keeps its message and where in the text it lies. */
export function readFilterText(text: string, vocabulary: FilterVocabulary): Reading {
  try {
    return { ok: true, filter: parseFilter(text, vocabulary) }
  } catch (error) {
    if (!(error instanceof FoibleError)) throw error
    const { position } = error.details
    return { ok: false, message: error.message, position: typeof position === 'number' ? position : null }
  }
}

export interface ChipText {
  /** What the clause speaks of; empty for calls and combinations. */
  readonly subject: string
  readonly rest: string
  readonly excludes: boolean
}

/** A clause as a chip: subject apart from the rest, and whether it takes samples out. */
export function chipText(clause: FilterExpr): ChipText {
  const text = formatFilter(clause)
  if (!('path' in clause)) return { subject: '', rest: text, excludes: clause.kind === 'not' }
  const subject = formatPath(clause.path)
  const excludes = clause.kind === 'compare' && clause.op === '!='
  return { subject, rest: text.slice(subject.length).trim(), excludes }
}

/** The clause turned round: `=` and `!=` change places, `not` comes and goes. */
export function negateClause(clause: FilterExpr): FilterExpr {
  if (clause.kind === 'not') return normaliseFilter(clause.item)
  if (clause.kind === 'compare' && clause.op === '=') return { ...clause, op: '!=' }
  if (clause.kind === 'compare' && clause.op === '!=') return { ...clause, op: '=' }
  if (clause.kind === 'missing') return { ...clause, missing: !clause.missing }
  return { kind: 'not', item: clause }
}
