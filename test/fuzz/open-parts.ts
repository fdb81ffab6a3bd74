// The engine's parts over a library of their own, so that a case calls what jobs call and sees every error as it was thrown.
import path from 'node:path'
import type { EngineParts } from '#engine/engine-parts.ts'
import { EventHub } from '#engine/event-hub.ts'
import { HubToken } from '#engine/hub-token.ts'
import { ImageService } from '#engine/images/image-service.ts'
import { MediaSource } from '#engine/images/media-source.ts'
import type { JobContext } from '#engine/jobs/job-runner.ts'
import { Library } from '#engine/library.ts'
import { ModelRegistry } from '#engine/models/model-registry.ts'
import { Places } from '#engine/places.ts'
import { ServerTokens } from '#engine/server-tokens.ts'
import { TensorPictures } from '#engine/preprocessing/tensor-pictures.ts'
import { findResources } from '#engine/resources.ts'
import { createFolderTree } from '#formats/folder-tree.ts'
import { readHubSettings } from '#hub/hub-settings.ts'
import { openHub } from '#hub/hub.ts'

/** A Hub that nobody asks: what is damaged lies in folders. */
const nowhere = 'http://127.0.0.1:9'

export const context: JobContext = { signal: new AbortController().signal, progress: () => undefined }

export function openParts(folder: string): EngineParts {
  const library = new Library(folder)
  const now = () => new Date(0)
  const pythonCache = path.join(folder, 'python')
  const hub = openHub({
    endpoint: nowhere,
    token: null,
    folder: path.join(folder, 'hub'),
    pythonCache,
    openFolder: createFolderTree,
  })
  const media = new MediaSource(hub)
  const resources = findResources()
  return {
    library,
    models: new ModelRegistry(library, now),
    media,
    images: new ImageService(media),
    tensors: new TensorPictures(media, resources.predictEntry),
    hub,
    hubToken: new HubToken(readHubSettings({ HF_ENDPOINT: nowhere }, folder), null),
    serverTokens: new ServerTokens(null, {}),
    places: new Places(),
    events: new EventHub(),
    resources,
    now,
  }
}
