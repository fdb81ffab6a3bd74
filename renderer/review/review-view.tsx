// The review of inferred values: one image after the other, the least sure first, confirmed or corrected by keyboard.
import { Button, Select } from '@mantine/core'
import { useRef } from 'react'
import { useDialogs } from '../app/dialog-store.ts'
import { EmptyNote } from '../common/notes.tsx'
import { QueryView } from '../parts/query-view.tsx'
import { AgreementPanel } from './agreement-panel.tsx'
import { ConfirmRest } from './confirm-rest.tsx'
import { progressSentence } from './review-model.ts'
import { ReviewStage } from './review-stage.tsx'
import { useReview, type Review } from './use-review.ts'
import classes from './review.module.css'

export function ReviewView() {
  const review = useReview()
  const show = useDialogs((dialogs) => dialogs.show)
  const picker = useRef<HTMLInputElement>(null)
  const { field } = review
  if (field === null) {
    return (
      <EmptyNote title="Nothing to review yet" actions={<Button onClick={() => show('infer')}>Infer a field…</Button>}>
        A dual encoder, or images that have a value already, can find the background of every image. Here people confirm
        what was found, the least sure first.
      </EmptyNote>
    )
  }
  return (
    <div className={classes.view}>
      <header className={classes.toolbar}>
        <Select
          ref={picker}
          aria-label="Inferred field"
          data={[...review.fields]}
          value={field}
          allowDeselect={false}
          onChange={(name) => name !== null && review.setField(name)}
          // The keys of the review fire while nobody types.
          onDropdownClose={() => picker.current?.blur()}
          w={200}
        />
        <Progress review={review} />
        <Button variant="default" ml="auto" onClick={() => show('infer')}>
          Infer…
        </Button>
      </header>
      <QueryView query={review.queue} name="Review" lines={12} className={classes.content}>
        {(queue) =>
          queue.ids.length === 0 ? (
            <div className={classes.done}>
              <EmptyNote title="Nothing is left to review here">
                {queue.total === 0
                  ? 'No sample has an inferred value yet.'
                  : 'Somebody has decided about every value in this view. Clear the filter, or choose another field.'}
              </EmptyNote>
              {review.described.status === 'ready' && <AgreementPanel inferred={review.described.data} />}
            </div>
          ) : (
            <ReviewStage
              field={field}
              queue={queue}
              words={review.described.data?.words ?? []}
              aside={
                review.described.status === 'ready' && (
                  <>
                    <ConfirmRest field={field} model={review.described.data.model} />
                    <AgreementPanel inferred={review.described.data} />
                  </>
                )
              }
            />
          )
        }
      </QueryView>
    </div>
  )
}

function Progress({ review: { described } }: { review: Review }) {
  if (described.status !== 'ready') return null
  const { reviewed, samples, open } = described.data
  return (
    <div className={classes.progress}>
      <progress
        aria-label="Values that somebody has decided about"
        value={reviewed}
        max={Math.max(1, samples - open)}
      />
      <span role="status">{progressSentence(described.data)}</span>
    </div>
  )
}
