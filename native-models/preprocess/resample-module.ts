// The compiled resampler with its memory: one instance a thread. What lies where in the memory is its user's business.
import { resampleWasm } from './resample-wasm.ts'

export interface ResampleModule {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number }
  /** See assembly/resample.ts for the parameters of both. */
  readonly resampleRows: (...parameters: readonly number[]) => void
  readonly resampleColumns: (...parameters: readonly number[]) => void
}

/** The part of WebAssembly that is used here: its types come with the DOM, which this folder does not have. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: ResampleModule }
}

export const pageBytes = 65_536

/** Not a literal type: where the DOM's types are there they would take the place of those above. */
const globalName: string = 'WebAssembly'

export function instantiateResampleModule(): ResampleModule {
  const api: WebAssemblyApi = Reflect.get(globalThis, globalName)
  return new api.Instance(new api.Module(Buffer.from(resampleWasm, 'base64'))).exports
}
