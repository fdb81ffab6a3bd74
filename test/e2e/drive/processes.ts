// Looking at processes from outside.
import { readFile, readdir } from 'node:fs/promises'

/** Resolves when no process has this id any more; a zombie that nobody has waited for counts as gone. */
export async function untilGone(pid: number): Promise<void> {
  await until(async () => !isAlive(pid) || (await stateOf(pid)) === 'Z', `process ${pid} to end`)
}

/** Ids of the processes that `pid` has started, by Linux' /proc; none once it has ended. */
export async function childrenOf(pid: number): Promise<number[]> {
  const tasks = await unlessGone(readdir(`/proc/${pid}/task`), [])
  const lists = await Promise.all(
    tasks.map((task) => unlessGone(readFile(`/proc/${pid}/task/${task}/children`, 'utf8'), '')),
  )
  return lists
    .flatMap((list) => list.trim().split(' '))
    .filter(Boolean)
    .map(Number)
}

/** A process or a thread may end while it is looked at. */
async function unlessGone<T>(look: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await look
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ESRCH'].includes(String(error.code))) return otherwise
    throw error
  }
}

/** One that has ended meanwhile is none to kill. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** Far more than anything takes on a busy machine: it ends only what hangs. */
export const patienceMs = 300_000

/** Asks until the answer is yes. */
export async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function stateOf(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3)
  } catch {
    return null
  }
}
