// Lets a job's message say what the Hub's side is doing: why nothing moves, and which large file is on its way.
import type { HubNews } from '#hub/hub-news.ts'
import type { EngineParts } from '../engine-parts.ts'
import type { StoredSource } from '../imports/open-source.ts'
import type { JobContext } from './job-runner.ts'
import type { JobProgress } from './live-job.ts'

/** Below this a file is here before anybody has read its name. */
const worthTellingBytes = 1 << 20

interface JobInput {
  readonly dataset: string
  /** Of an import. */
  readonly source?: StoredSource
}

/** `work` as a job; waits and downloads are told for as long as they last, then what the job said itself stands again. */
export function tellHubNews<I extends JobInput, T>(
  parts: EngineParts,
  work: (parts: EngineParts, input: I, context: JobContext) => Promise<T>,
): (input: I, context: JobContext) => Promise<T> {
  return async (input, context) => {
    const source = input.source ?? parts.library.dataset(input.dataset).meta.source
    if (source.kind !== 'hub') return await work(parts, input, context)
    let last: JobProgress = { done: 0, total: null }
    let said = ''
    const unlisten = parts.hub.listen((news) => {
      const message = describe(news)
      if (message !== null) context.progress({ ...last, message: message === '' ? said : message })
    })
    try {
      return await work(parts, input, {
        ...context,
        progress(change) {
          last = change
          said = change.message ?? said
          context.progress({ ...change, message: said })
        },
      })
    } finally {
      unlisten()
    }
  }
}

/** '' = nothing is going on any more; null = nothing worth telling. */
function describe(news: HubNews): string | null {
  switch (news.kind) {
    case 'go':
      return ''
    case 'wait':
      return `${waits.get(news.reason) ?? 'The Hub is in trouble; asking again in'} ${Math.ceil(news.ms / 1000)} s`
    case 'file': {
      if (news.totalBytes < worthTellingBytes) return null
      if (news.receivedBytes >= news.totalBytes) return ''
      return `Fetching “${news.path}”: ${formatMegabytes(news.receivedBytes)} of ${formatMegabytes(news.totalBytes)} MB`
    }
  }
}

const waits: ReadonlyMap<string, string> = new Map([
  ['rate limit', 'The Hub asks to wait'],
  ['no answer', 'The Hub does not answer; asking again in'],
])

function formatMegabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)
}
