// Checks a file on this disk against what the Hub says of it.
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FileFacts } from './hub-client.ts'

/** What is wrong with the bytes of `file`; null if nothing is. */
export async function findProblem(file: string, facts: FileFacts): Promise<string | null> {
  const size = await sizeOfFile(file)
  if (facts.sizeBytes !== null && size !== facts.sizeBytes) return `it has ${size} bytes instead of ${facts.sizeBytes}`
  return (await hashMatches(file, size, facts)) ? null : 'its checksum is wrong'
}

/** Bytes of a file; 0 if it is not there. */
export async function sizeOfFile(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return 0
    throw error
  }
}

async function hashMatches(file: string, size: number, facts: FileFacts): Promise<boolean> {
  if (facts.sha256 !== null) return (await digest(file, createHash('sha256'))) === facts.sha256
  if (facts.gitOid !== null) return (await digest(file, createHash('sha1').update(`blob ${size}\0`))) === facts.gitOid
  return true
}

async function digest(file: string, hash: Hash): Promise<string> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array)
  return hash.digest('hex')
}
