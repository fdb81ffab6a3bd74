// Dual encoders come as two graphs: how the one for texts is called, by the name of the one for images.
import { splitName } from './split-name.ts'

/** As exporters call the halves, the image's first. */
const halves = [
  ['vision_model', 'text_model'],
  ['image_model', 'text_model'],
  ['image_encoder', 'text_encoder'],
  ['vision_encoder', 'text_encoder'],
  ['visual', 'textual'],
  ['vision', 'text'],
  ['image', 'text'],
] as const

/** What the text half of a graph may be called, both without precision and `.onnx`. */
function textBasesOf(base: string): string[] {
  return halves.flatMap(([image, text]) => {
    const renamed = base.replace(new RegExp(`(^|[._-])${image}(?=[._-]|$)`, 'i'), `$1${text}`)
    return renamed === base ? [] : [renamed.toLowerCase()]
  })
}

/**
 * The graph that encodes texts for the images of `graph`, in its folder: of the same precision, else the most precise; null without one.
 * @param files Paths of files, of which some may be graphs.
 */
export function findTextHalf(graph: string, files: readonly string[]): string | null {
  const { base, folder, precision } = splitName(graph)
  const wanted = textBasesOf(base)
  const [best] = files
    .filter((path) => /\.onnx$/i.test(path))
    .map((path) => ({ path, ...splitName(path) }))
    .filter((other) => other.folder === folder && wanted.includes(other.base.toLowerCase()))
    .toSorted((a, b) => Number(b.precision === precision) - Number(a.precision === precision) || a.rank - b.rank)
  return best?.path ?? null
}

/** Those of some graphs that only encode texts for others among them. */
export function listTextHalves(graphs: readonly string[]): ReadonlySet<string> {
  const names = graphs.map((path) => ({ path, ...splitName(path) }))
  const wanted = new Set(names.flatMap(({ folder, base }) => textBasesOf(base).map((text) => `${folder}${text}`)))
  return new Set(
    names.flatMap(({ path, folder, base }) => (wanted.has(`${folder}${base.toLowerCase()}`) ? [path] : [])),
  )
}
