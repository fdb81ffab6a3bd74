// The files of a model's folder. Snapshots in Hugging Face's cache are made of links, which lead to the blobs beside them.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import path from 'node:path'
import { liesIn, ownFolders } from '#models/own-folders.ts'

/**
 * Names of the files that lie in `place`, and of links there to files of the model's own; other links are passed over.
 * @param root The model's folder: `place`, or one above it.
 */
export function listOwnFiles(place: string, root = place): string[] {
  const own = ownFolders(realpathSync(root))
  const leadsToOwn = (link: string) => existsSync(link) && statSync(link).isFile() && liesIn(realpathSync(link), own)
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isFile() || (entry.isSymbolicLink() && leadsToOwn(path.join(place, entry.name))))
    .map(({ name }) => name)
}
