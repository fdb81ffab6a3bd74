// Which libraries an execution provider lacks on this machine, by looking for files: loads nothing, takes about a millisecond.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Other providers than the processor that onnxruntime may have on a platform, by expected speed. */
export function candidateProviders(platform: NodeJS.Platform): readonly string[] {
  if (platform === 'win32') return ['dml', 'webgpu']
  if (platform === 'darwin') return ['coreml', 'webgpu']
  return ['cuda', 'webgpu']
}

/** A sentence that says what is missing and how to get it; null where nothing plainly is. */
export function missingLibrary(provider: string): string | null {
  if (process.platform !== 'linux') return null
  if (provider === 'webgpu' && !isInstalled('libvulkan.so.1')) {
    return 'webgpu: libvulkan.so.1 is missing: install libvulkan1 (Debian, Ubuntu) or vulkan-loader (Fedora, Arch), and a Vulkan driver.'
  }
  if (provider === 'cuda' && !existsSync(join(runtimeFolder(), 'libonnxruntime_providers_cuda.so'))) {
    return 'cuda: onnxruntime’s CUDA files are missing: run `node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install`, with CUDA 12 and cuDNN 9 installed.'
  }
  return null
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
]

/** As the loader looks: the folders of LD_LIBRARY_PATH, its cache, the usual folders. */
function isInstalled(library: string): boolean {
  const asked = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '')
  if ([...asked, ...libraryFolders].some((folder) => existsSync(join(folder, library)))) return true
  const cache = '/etc/ld.so.cache'
  return existsSync(cache) && readFileSync(cache).includes(library)
}
