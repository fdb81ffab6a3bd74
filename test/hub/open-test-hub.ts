// The real Hub client over the test hub, with folders of its own and waits of no length.
import path from 'node:path'
import { createFolderTree } from '#formats/folder-tree.ts'
import { DiskSpace } from '#hub/disk-space.ts'
import { type DownloadContext } from '#hub/download.ts'
import { HubClient, type HubClientOptions } from '#hub/hub-client.ts'
import { type Hub, type HubOptions, openHub } from '#hub/hub.ts'
import { createTempFolder } from '../support/temp-folder.ts'

const never = new AbortController().signal

/** Waits of no length, noted down, by a clock that goes on by as much. */
export function patience() {
  const waits: number[] = []
  let waitedUntil = 0
  const now = () => Math.max(Date.now(), waitedUntil)
  return {
    waits,
    options: {
      now,
      delay: (ms: number) => {
        waits.push(ms)
        waitedUntil = now() + ms
        return Promise.resolve()
      },
    },
  }
}

export function openTestClient(endpoint: string, options: Partial<HubClientOptions> = {}): HubClient {
  return new HubClient({ endpoint, token: null, ...patience().options, ...options })
}

export async function openTestHub(endpoint: string, options: Partial<HubOptions> = {}): Promise<Hub> {
  const folder = await createTempFolder()
  return openHub({
    endpoint,
    token: null,
    folder: path.join(folder, 'hub'),
    pythonCache: path.join(folder, 'python'),
    openFolder: createFolderTree,
    ...patience().options,
    ...options,
  })
}

export function downloadContext(client: HubClient, signal: AbortSignal = never): DownloadContext {
  return { client, space: new DiskSpace(), urgent: false, signal }
}
