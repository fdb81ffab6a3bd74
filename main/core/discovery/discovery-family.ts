// What discovery tests: families of slices, one a field or a pair of fields.
import type { Codes } from '../columns/column.ts'
import type { MeasuredFamily, MeasuredSlice } from './measure-family.ts'

/** A field, its numbers in bins: codes 1..size, 0 missing. */
export interface DiscoveryField {
  readonly codes: Codes
  readonly size: number
}

export interface DiscoveryPart {
  /** Index into the fields. */
  readonly field: number
  readonly valueCode: number
}

export interface Family {
  /** One field, or two. */
  readonly fields: readonly number[]
  readonly measured: MeasuredFamily
  readonly partsOf: (valueCode: number) => readonly DiscoveryPart[]
}

/** null for a slice that could not be a discovery whatever its images did. */
export function testableP(pValues: MeasuredSlice['pValues'], direction: 'more' | 'less'): number | null {
  if (direction === 'more') return pValues.moreTestable ? pValues.more : null
  return pValues.lessTestable ? pValues.less : null
}
