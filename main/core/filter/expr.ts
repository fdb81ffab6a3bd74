// The filter as a value. Text, chips, bitsets and SQL are all made from this; nothing else describes a set of samples.

/** Properties of a model's run on each sample (query.md, "Properties of a model's run"). */
export const runProperties = [
  'predicted',
  'correct',
  'confidence',
  'truth_confidence',
  'truth_rank',
  'entropy',
  'margin',
  'top5_correct',
] as const
export type RunProperty = (typeof runProperties)[number]

/** What is known of each value of a field beside the value: where it came from, and how sure the model was that inferred it. */
export const companionKinds = ['source', 'score', 'margin'] as const
export type CompanionKind = (typeof companionKinds)[number]

/** A field (the dataset's own, a built-in such as `split`), a companion of one (`source.<field>`), or a property of a model's run. */
export type Path =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: CompanionKind; readonly field: string }
  | { readonly kind: 'run'; readonly model: string; readonly property: RunProperty }

export type Scalar = string | number | boolean

export const compareOps = ['=', '!=', '<', '<=', '>', '>=', 'contains', 'starts with'] as const
export type CompareOp = (typeof compareOps)[number]

export const modelSetCalls = ['all_wrong', 'any_wrong', 'same_wrong_label'] as const
export type ModelSetCall = (typeof modelSetCalls)[number]

export type FilterExpr =
  | { readonly kind: 'and'; readonly items: readonly FilterExpr[] }
  | { readonly kind: 'or'; readonly items: readonly FilterExpr[] }
  | { readonly kind: 'not'; readonly item: FilterExpr }
  | { readonly kind: 'compare'; readonly path: Path; readonly op: CompareOp; readonly value: Scalar }
  | { readonly kind: 'in'; readonly path: Path; readonly values: readonly Scalar[] }
  | { readonly kind: 'between'; readonly path: Path; readonly low: number; readonly high: number }
  | { readonly kind: 'missing'; readonly path: Path; readonly missing: boolean }
  | { readonly kind: 'tagged'; readonly tag: string }
  | { readonly kind: 'view'; readonly name: string }
  | { readonly kind: 'finding'; readonly rule: string }
  | { readonly kind: ModelSetCall; readonly models: readonly string[] }
  | { readonly kind: 'exactly_wrong'; readonly count: number; readonly models: readonly string[] }
  | { readonly kind: 'disagree'; readonly a: string; readonly b: string }
  | { readonly kind: 'only_wrong'; readonly model: string }
  | { readonly kind: 'has_prediction'; readonly model: string }

/** Names the parser and the completer may offer; also what an error suggests for an unknown name. */
export interface FilterVocabulary {
  readonly fields: readonly string[]
  /** Those of the fields whose values have a score and a margin; default none. */
  readonly inferredFields?: readonly string[]
  readonly models: readonly string[]
  readonly tags: readonly string[]
  readonly views: readonly string[]
  /** Rules of the findings that are about samples. */
  readonly findings: readonly string[]
  /** Values of a field, most frequent first; used for completion only, and `typed` is what they should hold, in lower case. */
  readonly valuesOf: (path: Path, typed: string) => readonly (string | number)[]
}

/** Everything: the empty conjunction. Its text is the empty string. */
export const everything: FilterExpr = { kind: 'and', items: [] }
