// Which libraries an execution provider lacks on this machine, by looking for files: loads nothing, takes about a millisecond.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Other providers than the processor that onnxruntime's builds for a platform have, by expected speed. */
export function candidateProviders(
  platform: NodeJS.Platform,
  arch: NodeJS.Architecture = process.arch,
): readonly string[] {
  if (platform === 'win32') return ['dml', 'webgpu']
  if (platform === 'darwin') return ['coreml', 'webgpu']
  return arch === 'x64' ? ['tensorrt', 'cuda', 'webgpu'] : []
}

/** Libraries that a provider loads, in the order in which they are told to be missing, each with how to get it. */
const needed: Readonly<Record<string, readonly { readonly library: string; readonly advice: string }[]>> = {
  webgpu: [
    {
      library: 'libvulkan.so.1',
      advice: 'install libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora, Arch), and a Vulkan driver.',
    },
  ],
  cuda: [
    {
      library: 'libcuda.so.1',
      advice: 'install NVIDIA’s driver, 525 or newer. Without an NVIDIA card it is not needed.',
    },
    ...['libcudart.so.12', 'libcublasLt.so.12', 'libcufft.so.11', 'libcurand.so.10'].map((library) => ({
      library,
      advice: 'install the CUDA 12 runtime (cuda-libraries-12-8 from NVIDIA’s repository).',
    })),
    { library: 'libcudnn.so.9', advice: 'install cuDNN 9 for CUDA 12 (libcudnn9-cuda-12 from NVIDIA’s repository).' },
  ],
  tensorrt: [
    {
      library: 'libnvinfer.so.10',
      advice: 'install TensorRT 10 (libnvinfer10 and libnvonnxparsers10 from NVIDIA’s repository).',
    },
    { library: 'libnvonnxparser.so.10', advice: 'install libnvonnxparsers10 from NVIDIA’s repository.' },
  ],
}

/** onnxruntime's own part of a provider, where its package comes without. */
const ownFiles: Readonly<Record<string, string>> = {
  cuda: 'libonnxruntime_providers_cuda.so',
  tensorrt: 'libonnxruntime_providers_tensorrt.so',
}

/** A sentence that says what is missing and how to get it; null where nothing plainly is. */
export function missingLibrary(provider: string): string | null {
  if (process.platform !== 'linux') return null
  const libraries = [...(provider === 'tensorrt' ? (needed['cuda'] ?? []) : []), ...(needed[provider] ?? [])]
  const missing = libraries.find(({ library }) => !isInstalled(library))
  if (missing !== undefined) return `${provider}: ${missing.library} is missing: ${missing.advice}`
  const own = ownFiles[provider]
  if (own === undefined || existsSync(join(runtimeFolder(), own))) return null
  return `${provider}: ${own} is missing from onnxruntime’s folder: run \`node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install\`, or see docs/gpu.md.`
}

function runtimeFolder(): string {
  const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
  return join(packageFolder, 'bin', 'napi-v6', process.platform, process.arch)
}

const libraryFolders = [
  '/lib',
  '/usr/lib',
  '/lib64',
  '/usr/lib64',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/local/cuda/lib64',
]

/** As the loader looks: the folders of LD_LIBRARY_PATH, its cache, the usual folders. */
function isInstalled(library: string): boolean {
  const asked = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '')
  if ([...asked, ...libraryFolders].some((folder) => existsSync(join(folder, library)))) return true
  const cache = '/etc/ld.so.cache'
  return existsSync(cache) && readFileSync(cache).includes(library)
}
