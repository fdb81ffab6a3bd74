// How a dataset's classes stand for the classes of a model.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId, modelName } from './common.ts'
import { placeId } from './places.ts'

/** Decides the label space: a model's own, or ImageNet-1k for all models that have it. */
const ofModel = z.object({ dataset: datasetId, model: modelName })

export const mappedBySchema = z.enum([
  'accepted-ids',
  'id',
  'wnid',
  'exact',
  'synonym',
  'normalised',
  'file',
  'person',
  'none',
])

const classRef = z.object({
  id: z.number().int(),
  name: z.string(),
  /** Its other names. */
  synonyms: z.array(z.string()),
})
export type ClassRef = z.infer<typeof classRef>

export const labelMapSchema = z.object({
  labelSpace: z.string(),
  classes: z.array(
    z.object({
      class: z.string(),
      /** Samples of the class. */
      samples: z.number().int(),
      /** The model's classes that are right answers. */
      accepted: z.array(classRef),
      how: mappedBySchema,
      /** One name that means several of the model's classes: somebody should look. */
      ambiguous: z.boolean(),
      /** For classes without an answer: the model's nearest names, best first, to be confirmed by a person. */
      proposals: z.array(classRef.extend({ score: z.number() })),
    }),
  ),
  /** What the model cannot answer. */
  unmapped: z.object({ classes: z.number().int(), samples: z.number().int() }),
})
export type LabelMap = z.infer<typeof labelMapSchema>
export type LabelMapRow = LabelMap['classes'][number]

export const labelCalls = {
  'labels.map': call(ofModel, labelMapSchema),
  /** The model's classes whose id or names hold the text, best first. */
  'labels.find': call(
    ofModel.extend({ text: z.string().max(200), limit: z.number().int().min(1).max(100) }),
    z.array(classRef),
  ),
  /** Decides for classes; `ids: null` takes a decision back. The runs of the label space are judged again. */
  'labels.set': call(
    ofModel.extend({
      decisions: z.array(z.object({ class: z.string(), ids: z.array(z.number().int().min(0)).nullable() })).min(1),
    }),
    z.object({ changed: z.number().int(), judgedAgain: z.array(modelName) }),
  ),
  /** Takes the decisions of a file (CSV or JSON: class, ids or names), as `--label-map` does. */
  'labels.read': call(
    ofModel.extend({ place: placeId }),
    z.object({ changed: z.number().int(), judgedAgain: z.array(modelName) }),
  ),
}
