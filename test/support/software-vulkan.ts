// SwiftShader, the software Vulkan that comes with Electron: WebGPU runs on it without a graphics card, slowly.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import { projectRoot } from './test-engine.ts'

/** Variables under which a process finds it; null where no Electron for Linux is at hand. */
export function softwareVulkan(): Readonly<Record<string, string>> | null {
  if (process.platform !== 'linux') return null
  const folders = [
    process.env['ELECTRON_OVERRIDE_DIST_PATH'],
    path.join(projectRoot, 'node_modules/electron/dist'),
    path.join(homedir(), '.cache/foible-electron-33.2.1/dist'),
  ]
  for (const folder of folders) {
    if (folder === undefined) continue
    const driver = path.join(folder, 'vk_swiftshader_icd.json')
    if (existsSync(driver) && existsSync(path.join(folder, 'libvulkan.so.1')))
      return { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: driver }
  }
  return null
}
