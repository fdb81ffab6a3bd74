// What the engine is made of, handed to jobs and handlers. Composed once, in create-engine.ts.
import type { EventHub } from './event-hub.ts'
import type { Hub } from '#hub/hub.ts'
import type { HubToken } from './hub-token.ts'
import type { ImageService } from './images/image-service.ts'
import type { MediaSource } from './images/media-source.ts'
import type { Library } from './library.ts'
import type { ModelRegistry } from './models/model-registry.ts'
import type { Places } from './places.ts'
import type { TensorPictures } from './preprocessing/tensor-pictures.ts'
import type { Resources } from './resources.ts'
import type { ServerTokens } from './server-tokens.ts'

export interface EngineParts {
  readonly library: Library
  readonly models: ModelRegistry
  readonly media: MediaSource
  readonly images: ImageService
  readonly tensors: TensorPictures
  readonly hub: Hub
  readonly hubToken: HubToken
  readonly serverTokens: ServerTokens
  readonly places: Places
  readonly events: EventHub
  readonly resources: Resources
  readonly now: () => Date
}
