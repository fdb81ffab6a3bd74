// One image beside the tensor that a model is fed for it, and the tensor's figures.
import { Checkbox } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import type { TensorInfo } from '#contract/preprocessing.ts'
import { PanZoom } from '../inspector/pan-zoom.tsx'
import { CroppedSource } from './cropped-source.tsx'
import { describeCrop, describeOutside, formatValue } from './tensor-model.ts'
import { TensorPicture } from './tensor-picture.tsx'
import classes from './tensor.module.css'

interface TensorViewProps {
  readonly dataset: string
  readonly id: number
  readonly model: string
  readonly tensor: TensorInfo
  /** The pictures can be zoomed. */
  readonly isLarge?: boolean
}

export function TensorView({ dataset, id, model, tensor, isLarge = false }: TensorViewProps) {
  const [isMarked, setMarked] = useState(true)
  const outside = describeOutside(tensor)
  return (
    <>
      <div className={classes.pair}>
        <figure>
          <Zoomable isOn={isLarge} resetKey={id} ratio={tensor.sourceWidth / tensor.sourceHeight}>
            <CroppedSource dataset={dataset} id={id} tensor={tensor} />
          </Zoomable>
          <figcaption>{describeCrop(tensor)}</figcaption>
        </figure>
        <figure>
          <Zoomable isOn={isLarge} resetKey={tensor.key} ratio={tensor.width / tensor.height}>
            <TensorPicture tensor={tensor} alt={`What ${model} is fed, drawn back as a picture`} isMarked={isMarked} />
          </Zoomable>
          <figcaption>{tensor.tensor}</figcaption>
        </figure>
      </div>
      {outside !== null && (
        <>
          <p className={classes.warning}>{outside}</p>
          <Checkbox
            mt={4}
            label="Mark them: blue below black, orange above white"
            checked={isMarked}
            onChange={(event) => setMarked(event.currentTarget.checked)}
          />
        </>
      )}
      <table className={classes.channels} aria-label="Values of the tensor">
        <thead>
          <tr>
            <th scope="col">channel</th>
            <th scope="col">least</th>
            <th scope="col">mean</th>
            <th scope="col">greatest</th>
          </tr>
        </thead>
        <tbody>
          {tensor.channels.map(({ colour, min, mean, max }, index) => (
            <tr key={colour}>
              <th scope="row">
                {index} {colour}
              </th>
              <td>{formatValue(min)}</td>
              <td>{formatValue(mean)}</td>
              <td>{formatValue(max)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={classes.words}>
        {tensor.preprocessing}; {describeReading(tensor.origin)}
      </p>
    </>
  )
}

interface ZoomableProps {
  readonly isOn: boolean
  readonly resetKey: unknown
  /** Width over height. */
  readonly ratio: number
  readonly children: ReactNode
}

function Zoomable({ isOn, resetKey, ratio, children }: ZoomableProps) {
  if (!isOn) return children
  return (
    <div className={classes.large}>
      <PanZoom resetKey={resetKey}>
        <div className={classes.fitted}>
          <div style={{ width: `min(100cqw, ${100 * ratio}cqh)` }}>{children}</div>
        </div>
      </PanZoom>
    </div>
  )
}

function describeReading(origin: string): string {
  if (origin === 'default') return 'the model says nothing, so this is the usual.'
  return origin === 'chosen by hand' ? 'chosen by hand.' : `read from ${origin}.`
}
