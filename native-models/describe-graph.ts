// What a graph and the files beside it say together about a model, wherever the graph runs.
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { chooseInput, chooseOutput, outputKindOf } from './choose-tensors.ts'
import { findEmbedding } from './find-embedding.ts'
import type { ModelFiles } from './find-model-files.ts'
import type { ModelSpec } from './model-spec.ts'
import { type GivenNames, nameClasses } from './name-classes.ts'
import type { OnnxGraph } from './parse-onnx.ts'
import { classesFromConfig, classesFromMetadata } from './read-classes.ts'
import { readLabelFile } from './read-label-file.ts'
import { settlePreprocessing } from './settle-preprocessing.ts'

const configShape = z.object({
  license: z.string().optional(),
  num_labels: z.number().int().positive().optional(),
  num_classes: z.number().int().positive().optional(),
})

type GraphDescription = Omit<ModelSpec, 'name' | 'file' | 'sha256' | 'sizeBytes' | 'dataFiles'>

/**
 * @param chosen What somebody says goes before what the files say.
 * Throws `model_unsupported`, `too_large`.
 */
export function describeGraph(files: ModelFiles, graph: OnnxGraph, chosen: ChosenSettings): GraphDescription {
  const notes: string[] = []
  const config = configShape.safeParse(files.config?.json ?? {}).data ?? {}
  const image = chooseInput(graph, chosen.layout)
  const named = chosen.classes ?? givenNames(files, graph)
  const { output, scoreCount, isCertain } = chooseOutput(
    graph,
    named?.names.length ?? config.num_labels ?? config.num_classes ?? null,
  )
  if (!isCertain) {
    notes.push(`The model has ${graph.outputs.length} outputs; “${output.name}” is taken for the class scores.`)
  }
  return {
    input: image.input,
    layout: image.layout,
    batch: image.batch,
    output,
    outputs: graph.outputs,
    outputKind: outputKindOf(graph, output.name),
    embedding: findEmbedding(graph, output.name, scoreCount),
    ...nameClasses(named, scoreCount, notes),
    ...settlePreprocessing(files, graph, image, notes, chosen.preprocessing),
    license: licenseOf(files.card) ?? config.license ?? graph.metadata.get('license') ?? null,
    notes,
  }
}

/** From the config, the file's own metadata, or a list beside it: the first that names classes. */
function givenNames({ config, labels, onnx }: ModelFiles, { metadata }: OnnxGraph): GivenNames | null {
  const fromConfig = config && classesFromConfig(config.json, config.file)
  if (config && fromConfig) return { names: fromConfig, file: config.file }
  const inside = classesFromMetadata(metadata, onnx)
  if (inside) return { names: inside, file: 'its metadata' }
  return labels && { names: readLabelFile(labels.text, labels.file), file: labels.file }
}

/** `license:` of the card's front matter. */
function licenseOf(card: string | null): string | null {
  const frontMatter = /^---\r?\n([\s\S]*?)\r?\n---/.exec(card ?? '')?.[1]
  if (frontMatter === undefined) return null
  // Of a card that is no YAML nothing is known; the model runs without it. Quadratic checks of keys are left out.
  const document = parseDocument(frontMatter, { uniqueKeys: false })
  if (document.errors.length > 0) return null
  const license = document.get('license')
  return typeof license === 'string' ? license : null
}
