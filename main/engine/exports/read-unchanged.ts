// Reads of one state of a dataset that take turns with other work, in which the data may change.
import { FoibleError } from '#core/errors.ts'
import type { DatasetHandle } from '../dataset-handle.ts'

/** So often it is read before data that changes meanwhile is an error. */
const mostTimes = 3

interface Datasets {
  readonly library: { dataset(id: string): Pick<DatasetHandle, 'version' | 'rowsVersion'> }
}

/**
 * What `read` gives of one version of the data: where it changes meanwhile, it is read again. `what`: what is written of it, "the
 * report". Throws `usage` where it changes every time.
 */
export async function readUnchanged<T>(
  { library }: Datasets,
  id: string,
  what: string,
  read: () => Promise<T>,
): Promise<T> {
  for (let time = 0; time < mostTimes; time++) {
    const dataset = library.dataset(id)
    const { version, rowsVersion } = dataset
    const content = await read()
    const isSame = library.dataset(id) === dataset
    if (isSame && dataset.version === version && dataset.rowsVersion === rowsVersion) return content
  }
  const message = `The data changes while it is read. Wait until what runs on the dataset has ended, and write ${what} again.`
  throw new FoibleError('usage', message, { dataset: id })
}
