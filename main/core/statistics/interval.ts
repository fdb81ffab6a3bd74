// A closed interval of proportions or of their differences.

/** `[lower, upper]`. */
export type Interval = readonly [lower: number, upper: number]
