// File patterns as dataset cards write them: `*`, `**`, `?`, `[a-z]`, `{a,b}`. Matches whole relative paths.

/** A test for paths; `*` and `?` stay within one path part, `**` spans any number of them. */
export function compileGlob(pattern: string): (path: string) => boolean {
  const regexp = new RegExp(`^${translate(pattern.replace(/^\.\//, ''))}$`, 'u')
  return (path) => regexp.test(path)
}

function translate(pattern: string): string {
  let source = ''
  let depth = 0
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern.charAt(i)
    const closing = char === '[' ? pattern.indexOf(']', i + 2) : -1
    if (pattern.startsWith('**/', i) && (i === 0 || pattern[i - 1] === '/')) {
      source += '(?:[^/]+/)*'
      i += 2
    } else if (pattern.startsWith('**', i)) {
      source += '.*'
      i += 1
    } else if (char === '*') source += '[^/]*'
    else if (char === '?') source += '[^/]'
    else if (closing > 0) {
      const set = pattern
        .slice(i + 1, closing)
        .replace(/[\\\]^[]/g, '\\$&')
        .replace(/^!|^\\\^/, '^')
      source += `[${set}]`
      i = closing
    } else if (char === '{' && pattern.includes('}', i)) {
      source += '(?:'
      depth++
    } else if (char === '}' && depth > 0) {
      source += ')'
      depth--
    } else if (char === ',' && depth > 0) source += '|'
    else source += char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')
  }
  return source
}
