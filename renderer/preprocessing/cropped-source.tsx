// The original image with what a model gets to see of it; the rest is darkened.
import type { TensorInfo } from '#contract/preprocessing.ts'
import { SampleImage } from '../common/sample-image.tsx'
import { cropStyle, describeCrop } from './tensor-model.ts'
import classes from './tensor.module.css'

interface CroppedSourceProps {
  readonly dataset: string
  readonly id: number
  readonly tensor: TensorInfo
}

export function CroppedSource({ dataset, id, tensor }: CroppedSourceProps) {
  return (
    <span className={classes.source} style={{ aspectRatio: `${tensor.sourceWidth} / ${tensor.sourceHeight}` }}>
      <SampleImage dataset={dataset} id={id} size="image" alt={`The original; cut out: ${describeCrop(tensor)}`} />
      <span className={classes.crop} style={cropStyle(tensor.crop)} />
    </span>
  )
}
