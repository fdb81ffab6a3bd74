// In the place of a screen that a cube has nothing for: what a cube is, and where to go instead.
import { Button } from '@mantine/core'
import { IconCube } from '@tabler/icons-react'
import type { CubeInfo } from '#contract/cube.ts'
import { EmptyNote } from '../common/notes.tsx'
import { useSession } from '../session/session.ts'
import { cubeSize } from './cube-model.ts'

export function CubeNote({ cube, why }: { cube: CubeInfo; why: string }) {
  const { dataset, setScreen } = useSession()
  return (
    <EmptyNote
      title="This is a cube: counts instead of images"
      icon={<IconCube stroke={1.5} />}
      actions={
        <>
          <Button variant="default" onClick={() => setScreen('slices')}>
            Slices
          </Button>
          <Button variant="default" onClick={() => setScreen('models')}>
            Models
          </Button>
        </>
      }
    >
      It stands for {cubeSize(dataset.samples, cube)}. {why} Slices, comparison and mining have the same figures that
      the images would give.
    </EmptyNote>
  )
}
