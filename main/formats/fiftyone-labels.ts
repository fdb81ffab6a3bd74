// What single values of FiftyOne's documents mean: labels, predictions, accepted classes, plain values. Pure.
import type { FieldValue } from '#core/sample.ts'
import { isRecord, parseIds, toFieldValue, toPrediction } from './column-values.ts'
import type { ImportedPrediction } from './dataset-reader.ts'
import { simplifyExtended } from './extended-json.ts'
import { readLogits } from './fiftyone-logits.ts'

/** `Classification`, `Detections`, ...; null for what is no label. */
export function typeOfLabel(value: unknown): string | null {
  return isRecord(value) && typeof value['_cls'] === 'string' ? value['_cls'] : null
}

/** People give no confidence, models do. */
export function isPrediction(value: unknown): boolean {
  return isRecord(value) && ['confidence', 'logits'].some((key) => value[key] !== undefined && value[key] !== null)
}

/** The label of a Classification, or of Classifications that are only one; undefined where there are several. */
export function readLabel(value: unknown): string | null | undefined {
  if (isRecord(value) && Array.isArray(value['classifications'])) {
    const [first, second]: readonly unknown[] = value['classifications']
    return second === undefined ? readLabel(first) : undefined
  }
  const label = isRecord(value) ? value['label'] : value
  return typeof label === 'string' || typeof label === 'number' || typeof label === 'boolean' ? String(label) : null
}

/** `classes`: what the numbers of `logits` stand for. */
export function readPrediction(value: unknown, classes: readonly string[] | null): ImportedPrediction | null {
  if (!isRecord(value)) return null
  const { label, confidence, logits, top_k_classes: top, top_k_probabilities: probabilities, correct } = value
  if (Array.isArray(top)) return toPrediction(top, probabilities, value['top_k_ids'], correct)
  const prediction = toPrediction(label, toNumber(confidence), value['top_k_ids'], correct)
  if (typeof label !== 'string' || prediction === null) return prediction
  return { ...prediction, ...readLogits(logits, classes, label, prediction.probabilities[0] ?? null) }
}

/** Class ids that are right answers; null where there are none, undefined where the labels are no ids. */
export function readAccepted(value: unknown): readonly number[] | null | undefined {
  if (!isRecord(value) || !Array.isArray(value['classifications'])) return null
  const ids = parseIds(value['classifications'].map(readLabel))
  return ids?.length === 0 ? null : ids
}

/** A field's value; undefined for what Foible has no place for: lists, arrays, boxes, masks. */
export function readValue(value: unknown): FieldValue | undefined {
  if (!isRecord(value)) return toFieldValue(value)
  switch (typeOfLabel(value)) {
    case 'Classification':
      return readLabel(value) ?? null
    case 'Regression':
      return readValue(value['value'] ?? null)
    default:
      return simplifyExtended(value)
  }
}

function toNumber(value: unknown): unknown {
  return isRecord(value) ? simplifyExtended(value) : value
}
