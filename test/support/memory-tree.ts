// A tree of files held in memory, given out in chunks of a few bytes: what a reader must not care about.
import type { FileTree } from '#formats/dataset-reader.ts'

export function createMemoryTree(files: Readonly<Record<string, string | Uint8Array>>, chunkBytes = 7): FileTree {
  const contents = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? new TextEncoder().encode(content) : content,
    ]),
  )
  const get = (path: string) => {
    const content = contents.get(path)
    if (!content) throw new Error(`no ${path} in the memory tree`)
    return content
  }
  const openContent = (path: string) => {
    const content = get(path)
    return Promise.resolve({
      byteLength: content.length,
      slice: (start: number, end?: number) => Promise.resolve(Uint8Array.from(content.subarray(start, end)).buffer),
    })
  }
  return {
    name: 'memory',
    findings: () => [],
    list: () =>
      Promise.resolve([...contents].map(([path, content]) => ({ path, sizeBytes: content.length, sha256: null }))),
    read: (path) => Promise.resolve(get(path)),
    async *stream(path) {
      const content = get(path)
      for (let at = 0; at < content.length; at += chunkBytes)
        yield await Promise.resolve(content.subarray(at, at + chunkBytes))
    },
    open: openContent,
    openWhole: openContent,
  }
}
