// What a Foible export says of its fields beyond what the format itself can: kinds, roles, orders. Kept in the card's front
// matter (`foible:`), or in FiftyOne's `info.foible`.
import { z } from 'zod'
import type { DatasetIndex, FieldSpec } from './dataset-reader.ts'
import { protocols } from '#core/sample.ts'

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
  protocol: z.enum(protocols),
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
  /** Pixels of each edge that are never looked at. */
  crop_border_px: z.number().int().min(1).max(1000).optional(),
  evaluation_only: z.literal(true).optional(),
})

export type FoibleSchema = z.infer<typeof foibleSchema>

/** The schema, or null if there is none of this version. */
export function parseFoibleSchema(value: unknown): FoibleSchema | null {
  const parsed = foibleSchema.safeParse(value)
  return parsed.success ? parsed.data : null
}

/** What an export says of its dataset as a whole: how its models were asked, what of its images is looked at, its terms. */
export function readTerms(
  schema: FoibleSchema | null,
): Pick<DatasetIndex, 'cropBorderPx' | 'evaluationOnly'> & { readonly runs: ReadonlyMap<string, RunTerms> } {
  return {
    runs: new Map(schema?.models.flatMap(({ name, run }) => (run ? [[name, run]] : []))),
    ...(schema?.crop_border_px ? { cropBorderPx: schema.crop_border_px } : {}),
    ...(schema?.evaluation_only ? { evaluationOnly: true } : {}),
  }
}

export function toFieldSpec({ name, kind, role, values }: FoibleSchema['fields'][number]): FieldSpec {
  return values ? { name, kind, role, values } : { name, kind, role }
}
