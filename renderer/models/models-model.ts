// Models against models, read off the counts of who fails where. Pure.
import type { Comparison } from '#contract/analysis.ts'
import type { Selection } from '#contract/selection.ts'
import { fromClauses } from '#core/filter/clauses.ts'
import type { FilterExpr } from '#core/filter/expr.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatProbability } from '../charts/figures.ts'
import { subsetFilter } from '../charts/upset-model.ts'
import { valueFilter } from '../parts/filters.ts'

export interface Change {
  readonly from: string
  readonly to: string
  /** Wrong before, right after. */
  readonly fixed: number
  readonly regressed: number
  /** McNemar's exact mid-p; null where nothing changed. */
  readonly p: number | null
}

/** What changes when `to` takes the place of `from`; null for a pair that was not compared. */
export function changeBetween(comparison: Pick<Comparison, 'pairs'>, from: string, to: string): Change | null {
  for (const { a, b, onlyA, onlyB, mcnemar } of comparison.pairs) {
    if (a === from && b === to) return { from, to, fixed: onlyA, regressed: onlyB, p: mcnemar }
    if (a === to && b === from) return { from, to, fixed: onlyB, regressed: onlyA, p: mcnemar }
  }
  return null
}

/** "lite2 is better: 201 fixed, 65 regressed, McNemar p < .001" */
export function changeSentence({ from, to, fixed, regressed, p }: Change, selection: Selection | null = null): string {
  const counts = `${formatCount(fixed)} fixed, ${formatCount(regressed)} regressed`
  const picking = [from, to].filter((model) => selection?.surrogates.includes(model) === true)
  if (picking.length > 0) {
    return `${counts}, of images picked by the answers of ${picking.join(' and ')}: no test tells which of the two is better.`
  }
  if (p === null) return `${from} and ${to} are right and wrong on the same images.`
  const value = formatProbability(p)
  const figure = `McNemar p ${value.startsWith('<') ? value : `= ${value}`}`
  if (p > 0.05) return `No difference that chance could not make: ${counts}, ${figure}.`
  return `${fixed > regressed ? to : from} is better: ${counts}, ${figure}.`
}

export function changeFilter(wrong: string, right: string): FilterExpr {
  return subsetFilter([wrong], [wrong, right])
}

/** Agreement of two models' errors beyond chance, in [-1, 1]; null on the diagonal and where it is not defined. */
export function kappaBetween(comparison: Pick<Comparison, 'pairs'>, a: string, b: string): number | null {
  const pair = comparison.pairs.find((other) => (other.a === a && other.b === b) || (other.a === b && other.b === a))
  return pair?.kappa ?? null
}

/** Landis and Koch's words (Biometrics 33:159, 1977). */
export function kappaWord(kappa: number): string {
  const words = ['slight', 'fair', 'moderate', 'substantial', 'almost perfect'] as const
  if (kappa < 0) return 'less than by chance'
  return words[Math.min(4, Math.floor(kappa / 0.2001))] ?? 'almost perfect'
}

/** Images on which all of the models give this one wrong label. */
export function unanimousFilter(
  models: readonly string[],
  classField: string | null,
  pair: { readonly truth: string; readonly predicted: string } | null,
): FilterExpr {
  const [first] = models
  const clauses: FilterExpr[] = [{ kind: 'same_wrong_label', models }]
  if (pair !== null && classField !== null) clauses.push(valueFilter({ kind: 'field', name: classField }, pair.truth))
  if (pair !== null && first !== undefined) {
    clauses.push(valueFilter({ kind: 'run', model: first, property: 'predicted' }, pair.predicted))
  }
  return fromClauses(clauses)
}
