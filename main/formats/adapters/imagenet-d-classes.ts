// What ImageNet-D calls its objects and nuisances, for both of its repositories.
import { imagenetDClasses } from '#core/facts/imagenet-d.ts'
import type { FieldSpec } from '../dataset-reader.ts'

export const nuisanceTypes: readonly string[] = ['background', 'texture', 'material']

export const nuisanceField: FieldSpec = { name: 'nuisance', kind: 'category', role: 'nuisance', values: nuisanceTypes }

/** Class names as the questions and zero-shot prompts have them. */
export const objectNames: readonly string[] = imagenetDClasses.map(({ display }) => display)

const byFolder = new Map(imagenetDClasses.map((known) => [known.folder, known]))
const byDisplay = new Map(imagenetDClasses.map((known) => [known.display, known]))

export interface ImagenetDObject {
  readonly label: string
  /** null for a class that is none of the 113. */
  readonly acceptedIds: readonly number[] | null
}

/** The object of a class folder (`binder_closed`). */
export function objectOfFolder(folder: string): ImagenetDObject {
  const known = byFolder.get(folder)
  return { label: known?.display ?? folder.replaceAll('_', ' '), acceptedIds: known?.ids ?? null }
}

/** The object that the questions name (`binder (closed)`). */
export function objectOfDisplay(display: string): ImagenetDObject {
  return { label: display, acceptedIds: byDisplay.get(display)?.ids ?? null }
}

export function isObjectFolder(folder: string): boolean {
  return byFolder.has(folder)
}
