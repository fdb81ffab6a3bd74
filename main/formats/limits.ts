// How much of anything a dataset may ask for, before it is refused with `too_large`. Generous for real data, and little enough
// that no file can fill the memory or the call stack.

/** Brackets within brackets of a JSON document. */
export const maxJsonDepth = 100

/** One JSON document: MongoDB's own limit is 16 MB of BSON, a few times as much as text. */
export const maxDocumentBytes = 64 << 20

/** Fields of a dataset: columns of a table, keys of its documents. */
export const maxFields = 4096

/** Bytes that one compressed array may inflate to. */
export const maxInflatedBytes = 64 << 20

/** UTF-16 units of a path: no system has longer ones. */
export const maxPathLength = 4096

/** UTF-16 units of a line of JSON. */
export const maxLineLength = 64 << 20

/** Samples of one dataset. */
export const maxSamples = 20_000_000

/** Text members of archives (labels, JSON, captions), read while indexing. */
export const maxMemberBytes = 1 << 20

/** One page of a Parquet file, inflated. */
export const maxPageInflatedBytes = 1 << 30

/** One member of a zip archive, inflated. */
export const maxMemberInflatedBytes = 1 << 30
