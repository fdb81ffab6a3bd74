// AssemblyScript: Pillow's two 8-bit resampling passes with SIMD. Addresses come from the caller, who owns the memory's layout.
// Accumulators are 32-bit with 22 fractional bits and start at a half, as in Pillow's Resample.c; the last step clamps to 0..255.

const PRECISION_BITS: i32 = 22

function clamped(sum: v128): v128 {
  const shifted = i32x4.shr_s(sum, PRECISION_BITS)
  const words = i16x8.narrow_i32x4_s(shifted, shifted)
  return i8x16.narrow_i16x8_u(words, words)
}

/**
 * Horizontal pass. Rows of `pixelBytes` (3 or 4) bytes a pixel become rows of 3, `columns` pixels wide.
 * `starts`, `counts`: i32 a column; `weights`: i32, `taps` a column. Reads 1 byte behind the last pixel, writes 1 behind each row.
 */
export function resampleRows(
  source: usize,
  sourceStride: i32,
  pixelBytes: i32,
  target: usize,
  targetStride: i32,
  rows: i32,
  columns: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  taps: i32,
): void {
  const half = i32x4.splat(1 << (PRECISION_BITS - 1))
  const zero = i32x4.splat(0)
  for (let y = 0; y < rows; y++) {
    const row = source + <usize>y * sourceStride
    let out = target + <usize>y * targetStride
    for (let x = 0; x < columns; x++) {
      let pixel = row + <usize>load<i32>(starts + ((<usize>x) << 2)) * pixelBytes
      let weight = weights + ((<usize>(x * taps)) << 2)
      const end = weight + ((<usize>load<i32>(counts + ((<usize>x) << 2))) << 2)
      let sum = half
      while (weight < end) {
        const bytes = v128.load32_zero(pixel)
        const lanes = v128.shuffle<i8>(bytes, zero, 0, 16, 16, 16, 1, 16, 16, 16, 2, 16, 16, 16, 3, 16, 16, 16)
        sum = i32x4.add(sum, i32x4.mul(lanes, v128.load32_splat(weight)))
        pixel += pixelBytes
        weight += 4
      }
      v128.store32_lane(out, clamped(sum), 0)
      out += 3
    }
  }
}

/**
 * Vertical pass over rows `stride` bytes apart, of which the first `width` bytes (a multiple of 16) are computed.
 * `starts`, `counts`: i32 a row; `weights`: i32, `taps` a row. Target rows are `targetStride` bytes apart and are written in order, 16 bytes at a
 * time, so that what spills over a row's end is overwritten by the next; behind the last row 15 bytes must be free.
 */
export function resampleColumns(
  source: usize,
  stride: i32,
  target: usize,
  targetStride: i32,
  rows: i32,
  width: i32,
  starts: usize,
  counts: usize,
  weights: usize,
  taps: i32,
): void {
  const half = i32x4.splat(1 << (PRECISION_BITS - 1))
  for (let y = 0; y < rows; y++) {
    const top = source + <usize>load<i32>(starts + ((<usize>y) << 2)) * stride
    const first = weights + ((<usize>(y * taps)) << 2)
    const end = first + ((<usize>load<i32>(counts + ((<usize>y) << 2))) << 2)
    const out = target + <usize>y * targetStride
    for (let x: usize = 0; x < <usize>width; x += 16) {
      let a = half
      let b = half
      let c = half
      let d = half
      let bytes = top + x
      for (let weight = first; weight < end; weight += 4) {
        const factor = v128.load32_splat(weight)
        const values = v128.load(bytes)
        const low = i16x8.extend_low_i8x16_u(values)
        const high = i16x8.extend_high_i8x16_u(values)
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), factor))
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), factor))
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), factor))
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), factor))
        bytes += stride
      }
      const left = i16x8.narrow_i32x4_s(i32x4.shr_s(a, PRECISION_BITS), i32x4.shr_s(b, PRECISION_BITS))
      const right = i16x8.narrow_i32x4_s(i32x4.shr_s(c, PRECISION_BITS), i32x4.shr_s(d, PRECISION_BITS))
      v128.store(out + x, i8x16.narrow_i16x8_u(left, right))
    }
  }
}
