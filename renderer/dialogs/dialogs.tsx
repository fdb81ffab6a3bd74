// The dialogs of an open dataset. Each shows itself when its name is the open one.
import { ReportDialog } from '../report/report-dialog.tsx'
import { RevisionDialog } from '../hub/revision-dialog.tsx'
import { LabelsDialog } from '../labels/labels-dialog.tsx'
import { CheckDialog } from '../preprocessing/check-dialog.tsx'
import { TagDialog } from '../tags/tag-dialog.tsx'
import { AddModelDialog } from './add-model-dialog.tsx'
import { DetailsDialog } from './details-dialog.tsx'
import { ExportDialog } from './export-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { InferDialog } from './infer-dialog.tsx'
import { JoinDialog } from './join-dialog.tsx'
import { ModelClassesDialog } from './model-classes-dialog.tsx'
import { PredictDialog } from './predict-dialog.tsx'
import { SaveViewDialog } from './save-view-dialog.tsx'

export function Dialogs() {
  return (
    <>
      <ImportDialog />
      <AddModelDialog />
      <PredictDialog />
      <ModelClassesDialog />
      <CheckDialog />
      <InferDialog />
      <ExportDialog />
      <ReportDialog />
      <SaveViewDialog />
      <TagDialog />
      <DetailsDialog />
      <LabelsDialog />
      <JoinDialog />
      <RevisionDialog />
    </>
  )
}
