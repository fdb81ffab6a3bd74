// From the path of a model to everything Foible must know before it runs it. Never loads a runtime, reads the file once.
import { FoibleError } from '#core/errors.ts'
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { checkExternalData } from './check-external-data.ts'
import { chooseInput, chooseOutput, outputKindOf, type ImageInput } from './choose-tensors.ts'
import { findModelFiles, type ModelFiles } from './find-model-files.ts'
import type { ModelSpec, Preprocessing } from './model-spec.ts'
import { parseOnnx } from './parse-onnx.ts'
import { classesFromConfig, classesFromMetadata, imagenet1kNames, labelSpaceOf } from './read-classes.ts'
import {
  defaultPreprocessing,
  preprocessedSize,
  readTimmPreprocessing,
  readTransformersPreprocessing,
} from './read-preprocessing.ts'

/** A protobuf message cannot be larger: models beyond it keep their weights in external files. */
const maxOnnxBytes = 2 ** 31 - 1
const chunkBytes = 8 * 2 ** 20

const configShape = z.object({
  image_size: z.union([z.number(), z.tuple([z.number(), z.number()])]).optional(),
  pretrained_cfg: z.unknown().optional(),
  license: z.string().optional(),
})

/**
 * Reads a model's card.
 * @param path An .onnx file, or a folder with one (`model.onnx`, `onnx/model.onnx`, or the only one).
 * Throws `not_found`, `model_invalid`, `model_unsupported` (details name the part, what was found and what is expected),
 * `unsafe_path` (external weights outside of the folder), `too_large`, `cancelled`.
 */
export async function readModel(path: string, signal: AbortSignal): Promise<ModelSpec> {
  const files = await findModelFiles(path)
  const { bytes, sha256 } = await readAndHash(files.onnx, signal)
  const graph = parseOnnx(bytes, files.onnx)
  await checkExternalData(files.onnx, graph.externalData)

  const notes: string[] = []
  const config = configShape.safeParse(files.config?.json ?? {}).data ?? {}
  const imageInput = chooseInput(graph)
  const named =
    (files.config && classesFromConfig(files.config.json, files.config.file)) ??
    classesFromMetadata(graph.metadata, files.onnx)
  const { output, classCount } = chooseOutput(graph, named?.length ?? null)
  const classes = named ?? assumedClasses(classCount, notes)
  const { preprocessing, width, height } = readPreprocessing(files, config, imageInput, notes)
  return {
    name: files.name,
    file: files.onnx,
    sha256,
    sizeBytes: bytes.length,
    input: imageInput.input,
    layout: imageInput.layout,
    width,
    height,
    batch: imageInput.batch,
    output,
    outputs: graph.outputs,
    outputKind: outputKindOf(graph, output.name),
    classes,
    labelSpace: labelSpaceOf(classes),
    preprocessing,
    license: licenseOf(files.card) ?? config.license ?? graph.metadata.get('license') ?? null,
    notes,
  }
}

/** One pass over the file: its bytes, and the hash that names it. */
async function readAndHash(file: string, signal: AbortSignal): Promise<{ bytes: Uint8Array; sha256: string }> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    if (size > maxOnnxBytes) {
      throw new FoibleError(
        'too_large',
        `${file} is larger than 2 GiB, which no ONNX file can be: export the model with external data.`,
        { file, sizeBytes: size },
      )
    }
    const bytes = Buffer.allocUnsafe(size)
    const hash = createHash('sha256')
    let length = 0
    while (length < size) {
      if (signal.aborted) throw new FoibleError('cancelled', 'Cancelled.')
      const { bytesRead } = await handle.read(bytes, length, Math.min(chunkBytes, size - length), length)
      if (bytesRead === 0) break
      hash.update(bytes.subarray(length, length + bytesRead))
      length += bytesRead
    }
    return { bytes: bytes.subarray(0, length), sha256: hash.digest('hex') }
  } finally {
    await handle.close()
  }
}

function assumedClasses(count: number, notes: string[]): readonly string[] {
  if (count === imagenet1kNames.length) {
    notes.push('The model names no classes; its 1,000 scores are taken to be ImageNet-1k’s in their usual order.')
    return imagenet1kNames
  }
  notes.push(`The model names no classes; they are numbered 0 to ${count - 1}.`)
  return Array.from({ length: count }, (_, id) => `class ${id}`)
}

/** The steps, and the size of the input they have to fill; throws `model_unsupported` where the two do not fit. */
function readPreprocessing(
  files: ModelFiles,
  config: z.infer<typeof configShape>,
  graphSize: ImageInput,
  notes: string[],
): { preprocessing: Preprocessing; width: number; height: number } {
  const given = givenPreprocessing(files, config)
  const made = given && preprocessedSize(given)
  const square = typeof config.image_size === 'number' ? { width: config.image_size, height: config.image_size } : null
  const configured = Array.isArray(config.image_size)
    ? { height: config.image_size[0], width: config.image_size[1] }
    : square
  const width = graphSize.width ?? made?.width ?? configured?.width
  const height = graphSize.height ?? made?.height ?? configured?.height
  if (width === undefined || height === undefined) {
    throw new FoibleError(
      'model_unsupported',
      'The model takes images of any size, and nothing says which it was made for: put a preprocessor_config.json with "crop_size" or "size" beside it.',
      { part: 'image size', found: 'dynamic', expected: 'a fixed height and width' },
    )
  }
  if (given === null) {
    notes.push(
      'The model says nothing about preprocessing; the usual one of ImageNet classifiers is used (shorter side to size / 0.875, centre crop, ImageNet mean and deviation).',
    )
    return { preprocessing: defaultPreprocessing(width, height), width, height }
  }
  if (made === null) {
    throw new FoibleError(
      'model_unsupported',
      `The size that ${given.origin} makes depends on the image: give it a "crop_size" of ${width} x ${height}.`,
      { part: 'image size', found: 'depends on the image', expected: `${width} x ${height}` },
    )
  }
  if (made.width !== width || made.height !== height) {
    throw new FoibleError(
      'model_unsupported',
      `${given.origin} makes images of ${made.width} x ${made.height}, but the model takes ${width} x ${height}: mend the size there.`,
      { part: 'image size', found: `${made.width} x ${made.height}`, expected: `${width} x ${height}` },
    )
  }
  return { preprocessing: given, width, height }
}

function givenPreprocessing(files: ModelFiles, config: z.infer<typeof configShape>): Preprocessing | null {
  if (files.preprocessor) return readTransformersPreprocessing(files.preprocessor.json, files.preprocessor.file)
  if (files.config && config.pretrained_cfg) return readTimmPreprocessing(config.pretrained_cfg, files.config.file)
  return null
}

/** `license:` of the card's front matter. */
function licenseOf(card: string | null): string | null {
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card ?? '')?.[1]
  if (frontMatter === undefined) return null
  const parsed = z.object({ license: z.string() }).safeParse(parseYaml(frontMatter))
  return parsed.success ? parsed.data.license : null
}
