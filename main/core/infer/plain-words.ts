// Names of things as people would say them, to compare lists that write the same thing in different ways.

/** `forest-broadleaf-s` (Broden's and ADE's way to write a scene) -> `broadleaf forest`; other text keeps its words. */
export function plainWords(name: string): string {
  const scene = /^(.+)-s$/.exec(name)?.[1]
  if (scene === undefined) return name.replaceAll('_', ' ').replaceAll(/\s+/g, ' ').trim()
  const [head = '', ...qualifiers] = scene.split('-')
  return [...qualifiers, head].join(' ').replaceAll('_', ' ')
}

/** Equal for two spellings of one thing: by plain words, without case, marks and word order of a qualifier. */
export function wordKey(name: string): string {
  const words = plainWords(name)
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
  return words
    .filter((word) => word !== '')
    .sort()
    .join(' ')
}
