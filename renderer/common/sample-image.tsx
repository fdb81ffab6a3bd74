// A sample's picture. While it loads its place is kept; if it cannot be shown, a glyph says so.
import { IconPhotoOff } from '@tabler/icons-react'
import { useContext, useState } from 'react'
import type { ImageSize } from '../engine/connection.ts'
import { useEngine } from '../engine/engine-context.tsx'
import { SessionContext } from '../session/session.ts'
import classes from './sample-image.module.css'

interface SampleImageProps {
  readonly dataset: string
  readonly id: number
  readonly size?: ImageSize
  /** What the picture shows, for who cannot see it. */
  readonly alt: string
  readonly fit?: 'contain' | 'cover'
}

export function SampleImage({ dataset, id, size = 'thumb', alt, fit = 'contain' }: SampleImageProps) {
  const { imageUrl } = useEngine()
  const open = useContext(SessionContext)?.dataset
  // After samples were removed the same id is another image, which a picture already on the page would not ask for.
  const rowsVersion = open?.id === dataset ? open.rowsVersion : 0
  const url = `${imageUrl(dataset, id, size)}${rowsVersion === 0 ? '' : `?rows=${rowsVersion}`}`
  const [failedUrl, setFailedUrl] = useState<string | null>(null)
  if (failedUrl === url) {
    return (
      <span className={classes.failed} role="img" aria-label={`${alt}: the image cannot be shown`}>
        <IconPhotoOff size={20} stroke={1.5} />
      </span>
    )
  }
  return (
    <img
      className={classes.image}
      data-fit={fit}
      src={url}
      alt={alt}
      draggable={false}
      decoding="async"
      onError={() => setFailedUrl(url)}
    />
  )
}
