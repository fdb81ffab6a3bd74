// Which colour is which model, and how it was judged. A model keeps the colour of its place among the dataset's runs.
import { categoryColor } from '../charts/palette.ts'
import { useSession } from '../session/session.ts'
import classes from './parts.module.css'

export function ModelLegend({ models, colors }: { models: readonly string[]; colors: readonly number[] }) {
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
          <small className={classes.protocol}>{protocolOf(model)}</small>
        </span>
      ))}
    </div>
  )
}
