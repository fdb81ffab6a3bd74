// Which colour is which model, and how it was judged. A model keeps the colour of its place among the dataset's runs.
import { categoryColor } from '../charts/palette.ts'
import { useSession } from '../session/session.ts'
import classes from './parts.module.css'

export interface ModelLegendProps {
  readonly models: readonly string[]
  readonly colors: readonly number[]
  /** Models from whose answers the images were picked. */
  readonly barred?: readonly string[]
}

export function ModelLegend({ models, colors, barred = [] }: ModelLegendProps) {
  const { dataset } = useSession()
  const protocolOf = (model: string) => dataset.runs.find((run) => run.model === model)?.protocol
  return (
    <div className={classes.legend}>
      {models.map((model, index) => (
        <span key={model}>
          <svg width="10" height="10" aria-hidden="true">
            <circle cx="5" cy="5" r="4" fill={categoryColor(colors[index] ?? index)} />
          </svg>
          {model}
          <small className={classes.protocol}>
            {protocolOf(model)}
            {barred.includes(model) && ', made this set'}
          </small>
        </span>
      ))}
    </div>
  )
}
