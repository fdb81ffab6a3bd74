// What Foible noticed about a dataset, and the repairs it offers.
import { z } from 'zod'
import { call } from './call.ts'
import { datasetId } from './common.ts'
import { jobSchema } from './jobs.ts'

const ofDataset = z.object({ dataset: datasetId })

export const lintCalls = {
  /** Looks at everything again, the pixels of local images included. */
  'lint.run': call(ofDataset, z.object({ job: jobSchema })),
  /** Does the repair that the rule offers. `history.undo` takes it back, except where samples were removed. */
  'lint.repair': call(
    ofDataset.extend({ rule: z.string() }),
    z.object({
      /** What was done, for a person. */
      done: z.string(),
      /** Samples that changed. */
      changed: z.number().int(),
    }),
  ),
}
