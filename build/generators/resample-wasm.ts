// Compiles native-models/preprocess/assembly/resample.ts to WebAssembly and writes it, as text, to resample-wasm.ts beside that folder.
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const folder = new URL('../../native-models/preprocess/', import.meta.url)

/** The text of resample-wasm.ts. Throws with the compiler's messages. */
export async function generateResampleWasm(): Promise<string> {
  const source = await readFile(new URL('assembly/resample.ts', folder), 'utf8')
  let binary: Uint8Array | null = null
  const { error, stderr } = await asc.main(
    [
      'resample.ts',
      '--outFile',
      'resample.wasm',
      '--runtime',
      'stub',
      '--use',
      'abort=',
      '--enable',
      'simd',
      '-O3',
      '--noAssert',
    ],
    {
      readFile: (name) => (name === 'resample.ts' ? source : null),
      writeFile: (name, contents) => {
        if (name === 'resample.wasm' && typeof contents !== 'string') binary = contents
      },
      listFiles: () => [],
    },
  )
  if (error !== null || binary === null) throw new Error(`resample.ts does not compile:\n${stderr.toString()}`)
  return [
    '// Generated from assembly/resample.ts by build/generators/resample-wasm.ts: `npm run fixtures` writes it anew.',
    '',
    '/** The WebAssembly module in base64. */',
    'export const resampleWasm =',
    `  '${Buffer.from(binary).toString('base64')}'`,
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(new URL('resample-wasm.ts', folder), await generateResampleWasm())
}
