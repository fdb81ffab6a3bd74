// After data of a dataset changed: what was remembered is forgotten, and whoever looks at it asks again.
import type { DatasetHandle } from './dataset-handle.ts'
import type { EngineParts } from './engine-parts.ts'

export function tellChanged({ events }: Pick<EngineParts, 'events'>, dataset: DatasetHandle): void {
  dataset.touch()
  events.emit('dataset.changed', { dataset: dataset.id, version: dataset.version })
}
