// Shows an address in the user's browser where there is a desktop.
import { spawn } from 'node:child_process'

/** False where there is no desktop to open it on. Whether the browser then comes up is not known; the address is printed anyway. */
export function openBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): boolean {
  const command = browserCommand(url, env, platform)
  if (command === null) return false
  const child = spawn(command.file, command.args, { stdio: 'ignore', detached: true })
  // No browser command on this desktop: the printed address is the way in.
  child.on('error', () => {})
  child.unref()
  return true
}

export function browserCommand(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
) {
  if (platform === 'darwin') return { file: 'open', args: [url] }
  if (platform === 'win32') return { file: 'rundll32', args: ['url.dll,FileProtocolHandler', url] }
  if (env['SSH_CONNECTION'] || (!env['DISPLAY'] && !env['WAYLAND_DISPLAY'])) return null
  return { file: 'xdg-open', args: [url] }
}
