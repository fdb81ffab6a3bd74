// Ranks that the kept answers do not tell, remembered so that undo brings them back. Knows nothing of why they changed.

/** By run id and row: the truth's place below the kept answers, and its probability. */
export type KeptRanks = Map<number, Map<number, { readonly rank: number; readonly confidence: number }>>

/** As one array: for each run its id, the count n, then n rows, n ranks and the bits of n float32 probabilities. */
export function encodeKeptRanks(kept: KeptRanks): Uint32Array | null {
  const runs = [...kept].filter(([, rows]) => rows.size > 0)
  if (runs.length === 0) return null
  const out = new Uint32Array(runs.reduce((sum, [, rows]) => sum + 2 + 3 * rows.size, 0))
  const floats = new Float32Array(out.buffer)
  let at = 0
  for (const [run, rows] of runs) {
    out[at++] = run
    out[at++] = rows.size
    const n = rows.size
    for (const [row, { rank, confidence }] of rows) {
      out[at] = row
      out[at + n] = rank
      floats[at + 2 * n] = confidence
      at++
    }
    at += 2 * n
  }
  return out
}

export function decodeKeptRanks(encoded: Uint32Array | null): KeptRanks {
  const kept: KeptRanks = new Map()
  if (encoded === null) return kept
  const floats = new Float32Array(encoded.buffer, encoded.byteOffset, encoded.length)
  for (let at = 0; at < encoded.length;) {
    const run = encoded[at]!
    const n = encoded[at + 1]!
    const rows = new Map<number, { rank: number; confidence: number }>()
    kept.set(run, rows)
    at += 2
    for (let i = 0; i < n; i++) {
      rows.set(encoded[at + i]!, { rank: encoded[at + n + i]!, confidence: floats[at + 2 * n + i]! })
    }
    at += 3 * n
  }
  return kept
}
