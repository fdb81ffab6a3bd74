// The problem of a sample that came without its image: said at the import, and kept until the image is there.

const prefix = 'The image is not here: '

/** `file`: the path that the dataset names. */
export function imageNotHere(file: string): string {
  return `${prefix}the dataset came without ${file}. Put it into the dataset's folder, or import it again with its images.`
}

export function isImageNotHere(problem: string | null): boolean {
  return problem?.startsWith(prefix) === true
}
