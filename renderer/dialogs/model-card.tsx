// What is known of a model: what it takes, how images are prepared for it, what it gives, and what somebody chose over its files.
import type { ReactNode } from 'react'
import type { ModelInfo } from '#contract/work.ts'
import { formatCount } from '#core/format/numbers.ts'
import { formatBytes } from '../common/figures.ts'
import classes from './form.module.css'

export function ModelCard({ model, actions }: { model: ModelInfo; actions?: ReactNode }) {
  return (
    <>
      <strong>{model.name}</strong>
      <span className={classes.size}>
        {formatBytes(model.sizeBytes)}
        {model.classes > 0 && `, ${formatCount(model.classes)} classes`}
        {actions}
      </span>
      <span className={classes.card}>
        {model.input} → {model.outputs}
        <br />
        {model.preprocessing} <em>({model.preprocessingOrigin})</em>
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
