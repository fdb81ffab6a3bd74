// A drawn dataset that the tiny model of test/fixtures/models/awkward/nchw answers: even colours with a little noise.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Transformer } from '@napi-rs/image'
import { projectRoot } from './test-engine.ts'

/** Answers red, green, blue or dark; it knows no purple. */
export const colourModel = path.join(projectRoot, 'test/fixtures/models/awkward/nchw')

const colours = { red: [220, 60, 50], green: [70, 200, 60], blue: [50, 70, 210], purple: [140, 40, 150] } as const
const places = ['wall', 'floor', 'table', 'sky'] as const

/** `count` images of the four colours in turn; every fifth one is painted like the next colour, so that the model fails. */
export async function drawColours(folder: string, count: number): Promise<void> {
  const names = Object.keys(colours) as (keyof typeof colours)[]
  const rows = ['file_name,label,background,shade,note']
  for (let i = 0; i < count; i++) {
    const label = names[i % names.length]!
    const painted = colours[i % 5 === 0 ? names[(i + 1) % names.length]! : label]
    const file = `${label}/${String(i).padStart(3, '0')}.png`
    const background = i % 7 === 0 ? '' : places[(i * 3) % places.length]!
    rows.push(`${file},${label},${background},${(i % 11) / 4},"no. ${i}, ""drawn"""`)
    const pixels = Uint8Array.from({ length: 16 * 16 * 4 }, (_, at) =>
      at % 4 === 3 ? 255 : painted[(at % 4) as 0 | 1 | 2] + ((i * 31 + at * 17) % 23) - 11,
    )
    await mkdir(path.join(folder, label), { recursive: true })
    await writeFile(path.join(folder, file), await Transformer.fromRgbaPixels(pixels, 16, 16).png())
  }
  await writeFile(path.join(folder, 'metadata.csv'), `${rows.join('\n')}\n`)
}
