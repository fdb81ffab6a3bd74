// Which colour is which model, and how it was judged. A model keeps the colour of its place among the dataset's runs.
import { shortenMiddle } from '#core/format/shorten.ts'
import { categoryColor } from '../charts/palette.ts'
import { useSession } from '../session/session.ts'
import classes from './parts.module.css'

/** What tells runs of one model apart stands at the end of their names. */
const nameLength = 24
const few = 6

export interface ModelLegendProps {
  readonly models: readonly string[]
  readonly colors: readonly number[]
  /** Models from whose answers the images were picked. */
  readonly barred?: readonly string[]
}

export function ModelLegend({ models, colors, barred = [] }: ModelLegendProps) {
  const { dataset } = useSession()
  const protocolOf = (model: string) => dataset.runs.find((run) => run.model === model)?.protocol ?? ''
  const protocols = new Set(models.map(protocolOf))
  // One protocol for many models is said once.
  const isShared = protocols.size === 1 && models.length > few
  return (
    <div className={classes.legend}>
      {models.map((model, index) => (
        <span key={model} title={model}>
          <svg width="10" height="10" aria-hidden="true">
            <circle cx="5" cy="5" r="4" fill={categoryColor(colors[index] ?? index)} />
          </svg>
          {shortenMiddle(model, nameLength)}
          <small className={classes.protocol}>
            {[isShared ? '' : protocolOf(model), barred.includes(model) ? 'made this set' : '']
              .filter((text) => text !== '')
              .join(', ')}
          </small>
        </span>
      ))}
      {isShared && <small className={classes.protocol}>all {[...protocols].join('')}</small>}
    </div>
  )
}
