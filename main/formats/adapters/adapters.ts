// Every dataset that Foible knows by itself, in the order in which they are tried.
import { cueConflictAdapter } from './cue-conflict.ts'
import type { AdapterSource, DatasetAdapter } from './dataset-adapter.ts'
import { imagenet9Adapter } from './imagenet-9.ts'
import { imagenetCAdapter } from './imagenet-c.ts'
import { imagenetDAdapter } from './imagenet-d.ts'
import { imagenetFoldersAdapter } from './imagenet-folders.ts'
import { imagenetV2Adapter } from './imagenet-v2.ts'
import { imagenetValidationAdapter } from './imagenet-validation.ts'
import { imagenetXAdapter } from './imagenet-x.ts'
import { objectnetAdapter } from './objectnet.ts'
import { voxel51ImagenetDAdapter } from './voxel51-imagenet-d.ts'
import { waterbirdsAdapter } from './waterbirds.ts'

const datasetAdapters: readonly DatasetAdapter[] = [
  voxel51ImagenetDAdapter,
  imagenetDAdapter,
  // These have files of their own beside the images …
  imagenetXAdapter,
  waterbirdsAdapter,
  // … these are known by their folders, the most telling ones first …
  imagenet9Adapter,
  imagenetCAdapter,
  cueConflictAdapter,
  objectnetAdapter,
  // … and these are what is left of ImageNet.
  imagenetFoldersAdapter,
  imagenetV2Adapter,
  imagenetValidationAdapter,
]

export interface AdapterMatch {
  readonly adapter: DatasetAdapter
  readonly reason: string
}

/** The title of an adapter by the name that is kept with a dataset; the name itself for one that is no more. */
export function titleOfAdapter(name: string): string {
  return datasetAdapters.find((adapter) => adapter.name === name)?.title ?? name
}

/** The first adapter that knows the dataset; null where none does. */
export async function findAdapter(source: AdapterSource, signal: AbortSignal): Promise<AdapterMatch | null> {
  for (const adapter of datasetAdapters) {
    const reason = await adapter.recognise(source, signal)
    if (reason !== null) return { adapter, reason }
  }
  return null
}
