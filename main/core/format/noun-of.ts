// What is counted in a dataset. Pure.

/** Of a cube images, of which its rows are no samples. */
export function nounOf({ cube }: { readonly cube: unknown }): 'sample' | 'image' {
  return cube === null ? 'sample' : 'image'
}
