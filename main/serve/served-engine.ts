// What the server needs of the engine.
import type { Engine } from '#engine/create-engine.ts'

export type ServedEngine = Pick<Engine, 'handlers' | 'events' | 'image' | 'logBug'>
