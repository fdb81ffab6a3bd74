// What a graph and the files beside it say together about a model, wherever the graph runs.
import type { ChosenSettings } from '#core/models/model-settings.ts'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { chooseInput, chooseOutput, givesOnlyEmbeddings, outputKindOf } from './choose-tensors.ts'
import { describeEmbedding } from './describe-embedding.ts'
import { findEmbedding } from './find-embedding.ts'
import type { ModelFiles } from './find-model-files.ts'
import type { ModelSpec } from './model-spec.ts'
import { type GivenNames, nameClasses } from './name-classes.ts'
import type { OnnxGraph } from './parse-onnx.ts'
import { classesFromConfig, classesFromMetadata } from './read-classes.ts'
import { readLabelFile } from './read-label-file.ts'
import { settlePreprocessing } from './settle-preprocessing.ts'
import type { TextHalf } from './text/read-text-half.ts'

const configShape = z.object({
  license: z.string().optional(),
  num_labels: z.number().int().positive().optional(),
  num_classes: z.number().int().positive().optional(),
})

type GraphDescription = Omit<ModelSpec, 'name' | 'file' | 'sha256' | 'sizeBytes' | 'dataFiles'>

/**
 * @param chosen What somebody says goes before what the files say.
 * @param texts The other half of a dual encoder; null: the model is none.
 * Throws `model_unsupported`, `too_large`.
 */
export function describeGraph(
  files: ModelFiles,
  graph: OnnxGraph,
  chosen: ChosenSettings,
  texts: TextHalf | null = null,
): GraphDescription {
  const notes: string[] = []
  const config = configShape.safeParse(files.config?.json ?? {}).data ?? {}
  const image = chooseInput(withoutTexts(graph, texts), chosen.layout)
  const named = chosen.classes ?? givenNames(files, graph)
  const namedCount = named?.names.length ?? config.num_labels ?? config.num_classes ?? null
  const describesOnly = texts !== null || (namedCount === null && givesOnlyEmbeddings(graph))
  return {
    input: image.input,
    layout: image.layout,
    batch: image.batch,
    outputs: graph.outputs,
    ...(describesOnly
      ? describeEmbedding(graph, texts, files.config?.json, notes)
      : describeScores(graph, named, namedCount, notes)),
    ...settlePreprocessing(files, graph, image, notes, chosen.preprocessing),
    license: licenseOf(files.card) ?? config.license ?? graph.metadata.get('license') ?? null,
    notes,
  }
}

type OutputDescription = Pick<
  ModelSpec,
  'output' | 'outputKind' | 'embedding' | 'classes' | 'labelSpace' | 'backgroundFirst' | 'text'
>

function describeScores(
  graph: OnnxGraph,
  named: GivenNames | null,
  namedCount: number | null,
  notes: string[],
): OutputDescription {
  const { output, scoreCount, isCertain } = chooseOutput(graph, namedCount)
  if (!isCertain) {
    notes.push(`The model has ${graph.outputs.length} outputs; “${output.name}” is taken for the class scores.`)
  }
  return {
    output,
    outputKind: outputKindOf(graph, output.name),
    embedding: findEmbedding(graph, output.name, scoreCount),
    ...nameClasses(named, scoreCount, notes),
  }
}

/** A graph of both halves, as its image half sees it. */
function withoutTexts(graph: OnnxGraph, texts: TextHalf | null): OnnxGraph {
  if (texts === null) return graph
  const { ids, mask } = texts.encoder
  const others = graph.inputs.filter(({ name }) => name !== ids.name && name !== mask?.name)
  return { ...graph, inputs: others }
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
