// Whether two documents are the same but for rounding, and where they are not.

const tolerance = 1e-9

/** The place and the values of the first difference; '' where there is none. Keys of `apart` are passed over. */
export function closeTo(got: unknown, wanted: unknown, apart: ReadonlySet<string>, place = ''): string {
  if (typeof got === 'number' && typeof wanted === 'number') {
    const isClose = Object.is(got, wanted) || Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted))
    return isClose ? '' : `${place}: ${got}, not ${wanted}`
  }
  const [a, b] = [got, wanted].map(plain)
  if (!isObject(a) || !isObject(b)) return a === b ? '' : `${place}: ${JSON.stringify(a)}, not ${JSON.stringify(b)}`
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const difference = apart.has(key) ? '' : closeTo(a[key], b[key], apart, `${place}/${key}`)
    if (difference !== '') return difference
  }
  return ''
}

function plain(value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
