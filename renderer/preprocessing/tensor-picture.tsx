// A tensor as a picture, pixel by pixel; what is out of range in false colours over it where that is wanted.
import type { TensorInfo } from '#contract/preprocessing.ts'
import { useEngine } from '../engine/engine-context.tsx'
import classes from './tensor.module.css'

interface TensorPictureProps {
  readonly tensor: Pick<TensorInfo, 'key' | 'marksKey' | 'width' | 'height'>
  readonly alt: string
  readonly isMarked?: boolean
}

export function TensorPicture({ tensor, alt, isMarked = false }: TensorPictureProps) {
  const { tensorUrl } = useEngine()
  return (
    <span className={classes.tensor} style={{ aspectRatio: `${tensor.width} / ${tensor.height}` }}>
      <img src={tensorUrl(tensor.key)} alt={alt} draggable={false} />
      {isMarked && tensor.marksKey !== null && <img src={tensorUrl(tensor.marksKey)} alt="" draggable={false} />}
    </span>
  )
}
