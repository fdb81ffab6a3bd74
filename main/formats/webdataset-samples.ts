// Groups the members of WebDataset shards into samples: consecutive members with one key are one sample. Reads small text
// members; images stay where they lie.
import { FoibleError } from '#core/errors.ts'
import { isRecord } from './column-values.ts'
import type { FileTree } from './dataset-reader.ts'
import type { FindingLog } from './finding-log.ts'
import { isImagePath } from './image-type.ts'
import { maxMemberBytes, maxSamples } from './limits.ts'
import { parseJson } from './parse-json.ts'
import { basename, extension, isHiddenPath, normalizeRelativePath } from './safe-path.ts'
import { listTarMembers, type TarMember } from './tar-members.ts'

export interface Shard {
  readonly path: string
  readonly split: string | null
}

export interface ShardImage {
  /** Path of the member in its shard. */
  readonly path: string
  readonly start: number
  readonly sizeBytes: number
}

export interface ShardSample {
  readonly shard: Shard
  /** `__key__`: the path up to the first dot of its last part. */
  readonly key: string
  readonly image: ShardImage | null
  /** The extensions of its members. */
  readonly members: ReadonlySet<string>
  /** What the text members say: the entries of JSON objects, and the others by their extension. */
  readonly values: Readonly<Record<string, unknown>>
}

interface Draft {
  readonly shard: Shard
  readonly key: string
  readonly members: Set<string>
  readonly images: (ShardImage & { readonly member: string })[]
  readonly json: [string, unknown][]
  readonly texts: [string, unknown][]
}

/** As `datasets` splits a member's path into key and extension. */
const memberPattern = /^((?:.*\/|)[^.]+)[.]([^/]*)$/s
const integerNames = new Set(['cls', 'cls2', 'index', 'inx', 'id'])
const textNames = new Set(['txt', 'text', 'transcript'])
const jsonNames = new Set(['json', 'jsn'])
/** Members that webdataset passes over as well. */
const metaPattern = /(?:^|\/)__[^/]*__(?:$|\/)/
const plainImageNames = ['image', 'img', 'input']

/** The samples of all shards in their order, those without an image included. Throws `too_large` beyond 20 million. */
export async function* listShardSamples(
  tree: FileTree,
  shards: readonly Shard[],
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<ShardSample> {
  let count = 0
  for (const shard of shards) {
    let draft: Draft | null = null
    for await (const { member, path } of listNamedMembers(tree, shard, findings, signal)) {
      const [, key, name] = memberPattern.exec(path) ?? []
      if (key === undefined || name === undefined) {
        findings.add('member_ignored', path)
        continue
      }
      // A member that is there already begins another sample, as another key does.
      if (draft !== null && (draft.key !== key || draft.members.has(name))) {
        yield finishSample(draft, findings)
        draft = null
      }
      if (draft === null) {
        if (++count > maxSamples) throw tooManySamples(tree)
        draft = { shard, key, members: new Set(), images: [], json: [], texts: [] }
      }
      addMember(draft, name, path, member, findings)
    }
    if (draft !== null) yield finishSample(draft, findings)
  }
}

async function* listNamedMembers(
  tree: FileTree,
  shard: Shard,
  findings: FindingLog,
  signal: AbortSignal,
): AsyncGenerator<{ member: TarMember; path: string }> {
  const file = await tree.openWhole(shard.path, signal)
  const wants = ({ name, kind, sizeBytes }: Pick<TarMember, 'name' | 'kind' | 'sizeBytes'>) =>
    kind === 'file' && sizeBytes <= maxMemberBytes && isText(extension(name))
  for await (const member of listTarMembers(file, shard.path, wants, signal)) {
    if (member.kind === 'folder') continue
    const path = /[\\\x00-\x1f]/.test(member.name) ? null : normalizeRelativePath(member.name)
    if (path === null) findings.add('unsafe_member', `${shard.path}: ${member.name}`)
    else if (member.kind === 'other') findings.add('archive_link', `${shard.path}: ${path}`)
    else if (!isHidden(path)) yield { member, path }
  }
}

function isText(name: string): boolean {
  return integerNames.has(name) || textNames.has(name) || jsonNames.has(name)
}

/** What systems and webdataset itself leave in archives. */
function isHidden(path: string): boolean {
  return metaPattern.test(path) || isHiddenPath(path)
}

function addMember(draft: Draft, name: string, path: string, member: TarMember, findings: FindingLog): void {
  draft.members.add(name)
  const kind = extension(path)
  const place = `${draft.shard.path}: ${path}`
  if (isImagePath(path)) {
    draft.images.push({ member: name, path, start: member.start, sizeBytes: member.sizeBytes })
  } else if (!isText(kind)) findings.add('member_ignored', `.${name}`)
  else if (member.content === null) findings.add('member_too_large', place)
  else if (jsonNames.has(kind)) {
    const value = parseRecord(member.content)
    if (value === null) findings.add('member_broken', place)
    else draft.json.push(...Object.entries(value))
  } else {
    const text = new TextDecoder().decode(member.content)
    draft.texts.push([name, integerNames.has(kind) ? toInteger(text) : text])
  }
}

function finishSample({ shard, key, members, images, json, texts }: Draft, findings: FindingLog): ShardSample {
  const rank = ({ member }: { readonly member: string }) =>
    !member.includes('.') ? 0 : plainImageNames.includes(member.slice(0, member.indexOf('.'))) ? 1 : 2
  const [image, ...others] = images.toSorted((a, b) => rank(a) - rank(b))
  for (const { member } of others) findings.add('second_image', `.${member}`)
  return {
    shard,
    key,
    members,
    image: image === undefined ? null : { path: image.path, start: image.start, sizeBytes: image.sizeBytes },
    values: Object.fromEntries([...json, ...texts]),
  }
}

function parseRecord(content: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value = parseJson(new TextDecoder().decode(content))
    return isRecord(value) ? value : null
  } catch {
    return null
  }
}

/** The number of a class, or its name where somebody wrote that. */
function toInteger(text: string): string | number {
  const number = /^\s*[+-]?\d{1,15}\s*$/.test(text) ? Number(text) : null
  return number ?? text.trim()
}

function tooManySamples(tree: FileTree): FoibleError {
  const message = `“${tree.name}” has more than ${maxSamples} samples; import one split, or fewer samples.`
  return new FoibleError('too_large', message, { name: tree.name, samples: maxSamples })
}

/** The shard's path without its extension, to name samples by. */
export function shardStem({ path }: Shard): string {
  return path.slice(0, path.length - basename(path).length) + basename(path).replace(/\.tar$/i, '')
}
