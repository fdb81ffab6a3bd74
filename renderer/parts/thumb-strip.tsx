// A strip of thumbnails, as many as fit whole into its rows; each opens its sample in the inspector.
import { SampleImage } from '../common/sample-image.tsx'
import { useSession } from '../session/session.ts'
import classes from './parts.module.css'

/** As in the style sheet. */
const gapPx = 2

export function ThumbStrip({ ids, size, rows = 1 }: { ids: readonly number[]; size: number; rows?: number }) {
  const { dataset, setCurrent, setInspectorOpen } = useSession()
  return (
    <div className={classes.strip} style={{ maxHeight: rows * (size + gapPx) - gapPx }}>
      {ids.map((id) => (
        <button
          key={id}
          type="button"
          className={classes.thumb}
          style={{ width: size, height: size }}
          aria-label={`Inspect sample ${id}`}
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation()
            setCurrent(id)
            setInspectorOpen(true)
          }}
        >
          <SampleImage dataset={dataset.id} id={id} alt="" fit="cover" />
        </button>
      ))}
    </div>
  )
}
