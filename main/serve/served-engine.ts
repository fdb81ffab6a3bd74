// What the server needs of the engine.
import type { Engine } from '#engine/create-engine.ts'

export type ServedEngine = Pick<Engine, 'handlers' | 'events' | 'image' | 'tensorPicture' | 'logBug'>
export type EncodedImage = NonNullable<ReturnType<Engine['tensorPicture']>>
