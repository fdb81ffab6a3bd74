// File patterns as dataset cards write them: `*`, `**`, `?`, `[a-z]`, `{a,b}`. Matches whole relative paths, without the regular
// expressions that a pattern of many stars would keep busy for years.

type Token =
  | { readonly kind: 'text'; readonly unit: string }
  /** `*`: any characters of one path part; `**`: any at all; `**` before a `/`: any whole parts. */
  | { readonly kind: 'star' | 'deep' | 'folders' }
  /** `?` or a set: one character of a path part. */
  | { readonly kind: 'one'; readonly fits: (codePoint: number) => boolean }

/** A wildcard, and where the path goes on after what it has taken so far. */
interface Mark {
  readonly at: number
  readonly kind: Token['kind']
  end: number
}

/** Of one pattern, by its braces; more are not looked at. */
const maxAlternatives = 1024
const slash = 0x2f

/** A test for paths; `*` and `?` stay within one path part, `**` spans any number of them. */
export function compileGlob(pattern: string): (path: string) => boolean {
  const alternatives = expandBraces(pattern.replace(/^\.\//, '')).map(tokenize)
  return (path) => alternatives.some((tokens) => matches(tokens, path))
}

/** `a{b,c}` as `ab` and `ac`, from the inside out; braces without a partner stay. */
function expandBraces(pattern: string): readonly string[] {
  let open: readonly string[] = [pattern]
  const done: string[] = []
  while (open.length > 0 && done.length < maxAlternatives) {
    const next: string[] = []
    for (const text of open) {
      const inner = /\{([^{}]*)\}/.exec(text)
      if (inner === null) done.push(text)
      else
        for (const choice of inner[1]!.split(','))
          next.push(text.slice(0, inner.index) + choice + text.slice(inner.index + inner[0].length))
    }
    open = next.slice(0, maxAlternatives)
  }
  return done
}

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = []
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern.charAt(i)
    const closing = unit === '[' ? pattern.indexOf(']', i + 2) : -1
    if (pattern.startsWith('**/', i) && (i === 0 || pattern[i - 1] === '/')) {
      tokens.push({ kind: 'folders' })
      i += 2
    } else if (pattern.startsWith('**', i)) {
      tokens.push({ kind: 'deep' })
      i += 1
    } else if (unit === '*') tokens.push({ kind: 'star' })
    else if (unit === '?') tokens.push({ kind: 'one', fits: () => true })
    else if (closing > 0) {
      tokens.push({ kind: 'one', fits: parseSet(pattern.slice(i + 1, closing)) })
      i = closing
    } else tokens.push({ kind: 'text', unit })
  }
  return tokens
}

/** `a-z_`, or what is none of these after `!` or `^`. */
function parseSet(text: string): (codePoint: number) => boolean {
  const isNot = /^[!^]/.test(text)
  const points = Array.from(isNot ? text.slice(1) : text, (character) => character.codePointAt(0) ?? 0)
  const ranges: (readonly [from: number, to: number])[] = []
  for (let i = 0; i < points.length; i++) {
    const isRange = points[i + 1] === 0x2d && i + 2 < points.length
    ranges.push([points[i]!, isRange ? points[i + 2]! : points[i]!])
    if (isRange) i += 2
  }
  return (codePoint) => ranges.some(([from, to]) => codePoint >= from && codePoint <= to) !== isNot
}

/**
 * Goes back to the last wildcard only: whatever an earlier one could take instead, the last one can take as well. (A `*` cannot
 * leave its part of the path, so it is given up for the last `**`.)
 */
function matches(tokens: readonly Token[], path: string): boolean {
  let at = 0
  let position = 0
  let star: Mark | null = null
  let deep: Mark | null = null
  for (;;) {
    const token = tokens[at]
    if (token === undefined && position === path.length) return true
    if (token?.kind === 'star') {
      star = { at: at++, kind: token.kind, end: position }
      continue
    }
    if (token?.kind === 'deep' || token?.kind === 'folders') {
      deep = { at: at++, kind: token.kind, end: position }
      star = null
      continue
    }
    const taken = token === undefined ? 0 : takeOne(token, path, position)
    if (taken > 0) {
      at++
      position += taken
      continue
    }
    if (star !== null && star.end < path.length && path.charCodeAt(star.end) !== slash) star.end++
    else {
      const end: number = deep === null ? -1 : nextEnd(deep, path)
      if (deep === null || end < 0) return false
      deep.end = end
      star = null
    }
    const mark: Mark = star ?? deep!
    at = mark.at + 1
    position = mark.end
  }
}

/** UTF-16 units of the path that fit one token; 0 for none. */
function takeOne(token: Token, path: string, position: number): number {
  if (position >= path.length) return 0
  if (token.kind === 'text') return path[position] === token.unit ? 1 : 0
  const codePoint = path.codePointAt(position) ?? 0
  const fits = token.kind === 'one' && codePoint !== slash && token.fits(codePoint)
  return fits ? (codePoint > 0xffff ? 2 : 1) : 0
}

/** Where a `**` ends that takes a little more; -1 where nothing is left to take. */
function nextEnd({ kind, end }: Mark, path: string): number {
  if (kind === 'deep') return end < path.length ? end + 1 : -1
  const next = path.indexOf('/', end)
  return next <= end ? -1 : next + 1
}
