// What is known of a model: what it takes, how images are prepared for it, what it gives.
import type { ModelInfo } from '#contract/work.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatBytes } from '../common/figures.ts'
import classes from './form.module.css'

export function ModelCard({ model }: { model: ModelInfo }) {
  return (
    <>
      <strong>{model.name}</strong>
      <span className="f-dim">
        {formatBytes(model.sizeBytes)}, {formatCount(model.classes)} classes
      </span>
      <span className={classes.card}>
        {model.input} → {model.outputs}
        <br />
        {model.preprocessing}
        <br />
        {model.origin}
        {model.license !== null && `, ${model.license}`}, sha256 {model.sha256.slice(0, 12)}
        {model.notes.map((note) => (
          <span key={note}>
            <br />
            {note}
          </span>
        ))}
      </span>
    </>
  )
}
