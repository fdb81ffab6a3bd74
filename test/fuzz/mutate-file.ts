// The damage that fits a file, by its name.
import { mutateTar, mutateZip } from './mutate-archive.ts'
import { mutateBytes } from './mutate-bytes.ts'
import { mutateImage } from './mutate-image.ts'
import { mutateJson, mutateJsonLines } from './mutate-json.ts'
import { mutateNpy } from './mutate-npy.ts'
import { mutateTable, mutateYaml } from './mutate-text.ts'
import type { Random } from './random.ts'

export function mutateFile(random: Random, name: string, bytes: Uint8Array): Uint8Array {
  switch (/\.(\w+)$/.exec(name)?.[1]?.toLowerCase()) {
    case 'json':
      return mutateJson(random, bytes)
    case 'jsonl':
      return mutateJsonLines(random, bytes)
    case 'csv':
    case 'tsv':
    case 'txt':
      return mutateTable(random, bytes)
    case 'md':
    case 'yml':
      return mutateYaml(random, bytes)
    case 'tar':
      return mutateTar(random, bytes)
    case 'zip':
      return mutateZip(random, bytes)
    case 'npy':
      return mutateNpy(random, bytes)
    case 'parquet':
      // Half of the damage goes to the footer, which says where everything lies.
      return mutateBytes(random, bytes, random.isLikely(0.5) ? footerOf(bytes) : 0)
    case 'png':
    case 'jpg':
    case 'jpeg':
    case 'webp':
    case 'gif':
    case 'bmp':
    case 'tiff':
      return mutateImage(random, bytes)
    default:
      return mutateBytes(random, bytes)
  }
}

function footerOf(bytes: Uint8Array): number {
  if (bytes.length < 12) return 0
  return Math.max(0, bytes.length - 8 - Buffer.from(bytes).readUInt32LE(bytes.length - 8))
}
