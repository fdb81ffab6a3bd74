// Drawn pictures that differ from each other as photographs do: a few soft spots of colour, by a seed.
import { Transformer } from '@napi-rs/image'

export interface Pattern {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly data: Uint8Array
}

/** The same picture for one seed, at any size. */
export function drawPattern(seed: number, width: number, height: number): Pattern {
  const random = createRandom(seed)
  const spots = Array.from({ length: 12 }, () => ({
    x: random(),
    y: random(),
    size: 0.08 + 0.25 * random(),
    colour: [random() * 400 - 200, random() * 400 - 200, random() * 400 - 200],
  }))
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const weights = spots.map((spot) =>
        Math.exp(-((x / width - spot.x) ** 2 + (y / height - spot.y) ** 2) / (2 * spot.size ** 2)),
      )
      for (let c = 0; c < 3; c++) {
        const light = weights.reduce((sum, weight, i) => sum + weight * spots[i]!.colour[c]!, 128)
        data[(y * width + x) * 4 + c] = Math.min(255, Math.max(0, Math.round(light)))
      }
      data[(y * width + x) * 4 + 3] = 255
    }
  }
  return { width, height, data }
}

export async function toPng({ width, height, data }: Pattern): Promise<Buffer> {
  return await Transformer.fromRgbaPixels(data, width, height).png()
}

/** Mulberry32: good enough for pictures. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}
