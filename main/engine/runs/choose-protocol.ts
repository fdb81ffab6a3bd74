// Under which protocol a model predicts where nobody says, and which ones it can. Pure.
import { FoibleError } from '#core/errors.ts'
import type { Protocol } from '#core/sample.ts'
import type { ModelSpec } from '#models/model-spec.ts'

export type ChosenProtocol =
  | { readonly protocol: Exclude<Protocol, 'zero-shot'>; readonly templates: null }
  /** `{}` stands for the class in each of the prompts. */
  | { readonly protocol: 'zero-shot'; readonly templates: readonly string[] }

const maxTemplates = 200
const maxTemplateLength = 500

/**
 * @param wanted null = unmasked for classifiers, zero-shot for dual encoders.
 * @param templates null = the model's own.
 * Throws `usage` where the model cannot predict so.
 */
export function chooseProtocol(
  spec: Pick<ModelSpec, 'name' | 'outputKind' | 'text'>,
  wanted: Protocol | null,
  templates: readonly string[] | null,
): ChosenProtocol {
  const refuse = (message: string) => new FoibleError('usage', message, { model: spec.name, protocol: wanted })
  const { text } = spec
  if (text !== undefined) {
    if (wanted !== null && wanted !== 'zero-shot') {
      throw refuse(`${spec.name} is a dual encoder without classes of its own: predict zero-shot.`)
    }
    const trimmed = templates?.map((template) => template.trim()) ?? text.templates
    assertTemplates(trimmed)
    return { protocol: 'zero-shot', templates: trimmed }
  }
  if (spec.outputKind === 'embedding') {
    throw refuse(
      `${spec.name} describes images and names no classes, so it cannot predict. Add the text half that belongs to it.`,
    )
  }
  if (wanted === 'zero-shot') {
    throw refuse(
      `${spec.name} is a classifier and takes no texts, so it cannot predict zero-shot. Predict unmasked or masked.`,
    )
  }
  if (templates !== null) {
    throw refuse(`Templates are for zero-shot predictions, and ${spec.name} is a classifier. Leave them out.`)
  }
  return { protocol: wanted ?? 'unmasked', templates: null }
}

/** What a model can predict under, its usual protocol first; none for the image half of a dual encoder alone. */
export function listProtocols({
  text,
  outputKind,
  labelSpace,
}: Pick<ModelSpec, 'text' | 'outputKind' | 'labelSpace'>): Protocol[] {
  if (text !== undefined) return ['zero-shot']
  if (outputKind === 'embedding') return []
  return labelSpace === 'imagenet-1k' ? ['unmasked', 'masked', '16-class'] : ['unmasked', 'masked']
}

function assertTemplates(templates: readonly string[]): void {
  const wrong = templates.find((template) => !template.includes('{}') || template.length > maxTemplateLength)
  if (wrong !== undefined) {
    const message = `“${wrong}” is no template: write a sentence of up to ${maxTemplateLength} characters with {} where the class goes.`
    throw new FoibleError('usage', message, { template: wrong })
  }
  if (templates.length === 0 || templates.length > maxTemplates || new Set(templates).size < templates.length) {
    const message = `Give 1 to ${maxTemplates} templates, each of them once.`
    throw new FoibleError('usage', message, { templates: templates.length })
  }
}
