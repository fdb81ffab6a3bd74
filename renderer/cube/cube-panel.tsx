// What a cube is and what was counted, beside its findings.
import type { CubeInfo } from '#contract/cube.ts'
import { useSession } from '../session/session.ts'
import classes from '../overview/overview.module.css'
import { cubeSize } from './cube-model.ts'

export function CubePanel({ cube }: { cube: CubeInfo }) {
  const { dataset } = useSession()
  return (
    <section aria-label="Cube">
      <header className={classes.sectionHead}>
        <h2>Cube</h2>
      </header>
      <p className={classes.fine}>
        Counts instead of images: {cubeSize(dataset.samples, cube)}
        {cube.source !== null && `, counted of ${cube.source}`}
        {cube.filter !== null && `, where ${cube.filter}`}. There are no pictures, labels that were given, or
        confidences.
      </p>
    </section>
  )
}
