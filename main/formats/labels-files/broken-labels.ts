// What is said of a label file that is not what its name promises.
import { FoibleError } from '#core/errors.ts'

export function brokenLabels(file: string, expected: string): FoibleError {
  return new FoibleError('broken_file', `“${file}” is not ${expected}; get the file anew or leave it out.`, { file })
}
