// Keeps the memory of an import near what is alive: left alone, V8 lets both generations of the heap grow with the garbage.
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Garbage that is let be, in bytes: collecting less at a time would cost more time than it saves memory. */
const allowedBytes = 12 << 20

let working = 0

/** Does the work with a young generation that does not grow; whatever is big lives in typed arrays anyway. */
export async function inSmallHeap<T>(work: () => Promise<T>): Promise<T> {
  if (working++ === 0) setFlagsFromString('--semi-space-growth-factor=1')
  try {
    return await work()
  } finally {
    // V8's own value.
    if (--working === 0) setFlagsFromString('--semi-space-growth-factor=2')
  }
}

/** Returns a function to be called between batches. It collects once the heap has grown by more than is let be. */
export function createHeapKeeper(): () => void {
  let kept = usedBytes()
  return () => {
    if (usedBytes() < kept + allowedBytes) return
    collectGarbage()
    kept = usedBytes()
  }
}

let collect: (() => void) | null = null

/** For the end of a phase whose arrays nobody needs any more. */
export function collectGarbage(): void {
  collect ??= findCollector()
  collect()
}

/** The flag makes `gc` a global of contexts that are created from then on, and of no other. */
function findCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const found = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  return found
}

function usedBytes(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics()
  return heap + external
}
