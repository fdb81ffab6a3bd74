// Which colour is which model. A model keeps the colour of its place among the dataset's runs.
import { categoryColor } from '../charts/palette.ts'
import classes from './parts.module.css'

export function ModelLegend({ models, colors }: { models: readonly string[]; colors: readonly number[] }) {
  return (
    <div className={classes.legend}>
      {models.map((model, index) => (
        <span key={model}>
          <svg width="10" height="10" aria-hidden="true">
            <circle cx="5" cy="5" r="4" fill={categoryColor(colors[index] ?? index)} />
          </svg>
          {model}
        </span>
      ))}
    </div>
  )
}
