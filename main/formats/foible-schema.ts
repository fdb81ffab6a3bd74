// What a Foible export says of its fields beyond what the format itself can: kinds, roles, orders. Kept in the card's front
// matter (`foible:`), or in FiftyOne's `info.foible`.
import { z } from 'zod'
import type { FieldSpec } from './dataset-reader.ts'

const field = z.object({
  name: z.string(),
  kind: z.enum(['category', 'number', 'text', 'boolean']),
  role: z.enum(['class', 'nuisance', 'plain']),
  values: z.array(z.string()).optional(),
  /** The name it has in the file, where the format allows fewer names than Foible. */
  column: z.string().optional(),
})

const runTerms = z.object({
  /** What the model's class ids are numbers of. */
  label_space: z.enum(['imagenet-1k', 'own']),
  protocol: z.enum(['unmasked', 'masked', 'zero-shot']),
})

/** What predictions say only together with it. */
export type RunTerms = z.infer<typeof runTerms>

const foibleSchema = z.object({
  version: z.literal(1),
  label_field: z.string(),
  /** The name that the label has in the file; absent: the usual one of the format. */
  label_column: z.string().optional(),
  fields: z.array(field),
  classes: z.array(z.string()).nullable(),
  /** Model names by the name they have in the file. */
  models: z.array(z.object({ name: z.string(), column: z.string(), run: runTerms.optional() })),
  /** The folder that was put before every file name, with its `/`; '' for none. */
  media_prefix: z.string(),
})

export type FoibleSchema = z.infer<typeof foibleSchema>

/** The schema, or null if there is none of this version. */
export function parseFoibleSchema(value: unknown): FoibleSchema | null {
  const parsed = foibleSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/** How the models of an export were asked, by model name. */
export function listRunTerms(schema: FoibleSchema | null): ReadonlyMap<string, RunTerms> {
  return new Map(schema?.models.flatMap(({ name, run }) => (run ? [[name, run]] : [])))
}

export function toFieldSpec({ name, kind, role, values }: FoibleSchema['fields'][number]): FieldSpec {
  return values ? { name, kind, role, values } : { name, kind, role }
}
