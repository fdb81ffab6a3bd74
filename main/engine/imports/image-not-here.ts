// The problem of a sample that came without its image: said at the import, and kept until the image is there.

const prefix = 'The image is not here: '

export const imageNotHere = `${prefix}the dataset came without it. Put it into the dataset’s folder, or import it again with its images.`

export function isImageNotHere(problem: string | null): boolean {
  return problem?.startsWith(prefix) === true
}
