// What `foible doctor` tells: the runtime, the execution providers that work and why others do not, disk and library.
import { readdir, statfs } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { DoctorReport } from '#contract/library.ts'
import { type ProbeOptions, type ProviderChoice, chooseProvider, probeImages } from '#models/choose-provider.ts'
import type { EngineParts } from './engine-parts.ts'

export async function examine(parts: EngineParts, signal: AbortSignal): Promise<DoctorReport> {
  const disk = await statfs(parts.library.folder)
  return {
    foible: parts.resources.version,
    node: process.versions.node,
    electron: process.versions['electron'] ?? null,
    platform: `${process.platform} ${process.arch}`,
    cpu: { model: os.cpus()[0]?.model ?? 'unknown', cores: os.availableParallelism() },
    memoryBytes: os.totalmem(),
    library: parts.library.folder,
    diskFreeBytes: disk.bavail * disk.bsize,
    providers: copyChoice(await examineProviders(parts, signal)),
  }
}

function copyChoice(choice: ProviderChoice | null): DoctorReport['providers'] {
  return choice === null ? null : { providers: [...choice.providers], reasons: [...choice.reasons] }
}

/** Tried with an embedded model; null where there is none. */
export async function examineProviders(parts: EngineParts, signal: AbortSignal): Promise<ProviderChoice | null> {
  const model = parts.models.list().find((record) => record.origin === 'embedded')
  if (model === undefined) return null
  return await chooseProvider('auto', await parts.models.spec(model.name, signal), await sampleOptions(parts))
}

/** Providers are tried with images of the embedded sample. */
async function sampleOptions({ resources }: EngineParts): Promise<ProbeOptions> {
  const files = await readdir(path.join(resources.sample, 'data'), { recursive: true, withFileTypes: true })
  const images = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name))
  const items = images
    .sort()
    .slice(0, probeImages)
    .map((image, sampleId) => ({ sampleId, image: { path: image }, acceptedIds: null }))
  return { items, entry: resources.predictEntry }
}
