// From the metadata inside of an .onnx file to the steps before the tensor, for the tools that write them there. Pure.
import type { Preprocessing } from './model-spec.ts'

export const metadataOrigin = 'model metadata'

/** The pixels that Windows ML's metadata asks for (Custom Vision writes it); geometry is left to the caller. Null without it. */
export function readPixelFormat(
  metadata: ReadonlyMap<string, string>,
): Pick<Preprocessing, 'rescale' | 'mean' | 'std' | 'channelOrder'> | null {
  const range = metadata.get('Image.NominalPixelRange')
  if (range === undefined) return null
  const isUnit = range === 'Normalized_0_1'
  const isSigned = range === 'Normalized_1_1'
  if (!isUnit && !isSigned && range !== 'NominalRange_0_255') return null
  const mean = isSigned ? 0.5 : 0
  const std = isSigned ? 0.5 : 1
  return {
    rescale: range === 'NominalRange_0_255' ? 1 : 1 / 255,
    mean: [mean, mean, mean],
    std: [std, std, std],
    channelOrder: metadata.get('Image.BitmapPixelFormat')?.toLowerCase().startsWith('bgr') ? 'bgr' : 'rgb',
  }
}

/**
 * What Ultralytics evaluates its classifiers with: shorter side to the size, bilinear, centre crop, values from 0 to 1. Null for other files.
 * @param size Of the graph's input; null = dynamic, then the file's `imgsz` counts.
 */
export function readUltralytics(
  metadata: ReadonlyMap<string, string>,
  size: { readonly width: number; readonly height: number } | null,
): Preprocessing | null {
  if (metadata.get('author') !== 'Ultralytics' || metadata.get('task') !== 'classify') return null
  const [height, width] = [...(metadata.get('imgsz') ?? '').matchAll(/\d+/g)].map(([digits]) => Number(digits))
  const crop = size ?? (height && width ? { width, height } : null)
  if (crop === null) return null
  return {
    resize: { kind: 'shortest-edge', size: Math.min(crop.width, crop.height) },
    resample: 'bilinear',
    crop: { ...crop, rounding: 'half-even' },
    rescale: 1 / 255,
    mean: [0, 0, 0],
    std: [1, 1, 1],
    channelOrder: 'rgb',
    origin: `${metadataOrigin} (Ultralytics)`,
  }
}
