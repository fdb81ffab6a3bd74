// A file of a repository as its listing names it.
import type { TreeEntry } from '#formats/dataset-reader.ts'

/** With its checksum: sha256 for large files, Git's blob name for all others. */
export interface HubEntry extends TreeEntry {
  readonly gitOid: string | null
}
