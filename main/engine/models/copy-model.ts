// Copies what belongs to a model into a folder of the library: its graphs, their weights, and what describes it.
import { cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { isModelCompanion } from '#core/models/model-companions.ts'
import { isServerCardName } from '#models/kserve/server-card.ts'
import type { ModelSpec } from '#models/model-spec.ts'
import { listOwnFiles } from './list-own-files.ts'

/** What else is kept of a model's folder beside what describes every model. */
const kept = /\.(json|txt|md|names)$/i

/** `folder` is there only when everything is in it. Files stand there themselves, where `source` has links. */
export function copyModel(source: string, { file, dataFiles, text }: ModelSpec, folder: string): void {
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const from = path.dirname(file)
  const graphs = text === undefined ? [file] : [file, text.file]
  const names = new Set([...graphs.map((graph) => path.basename(graph)), ...dataFiles, ...(text?.dataFiles ?? [])])
  const copy = (place: string, name: string) =>
    cpSync(realpathSync(path.join(place, name)), path.join(unfinished, name))
  for (const name of names) copy(from, name)
  // A single file dropped among others brings only what describes it and what stands beside it under its name.
  const stem = path.basename(file, '.onnx')
  const isWhole = existsSync(source) && statSync(source).isDirectory()
  // A server's card beside a graph would make another model of it, one that sends images away.
  const isWanted = (name: string) =>
    !isServerCardName(name) && (isModelCompanion(name) || (kept.test(name) && (isWhole || name.startsWith(`${stem}.`))))
  const places = path.basename(from) === 'onnx' ? [from, path.dirname(from)] : [from]
  for (const place of places) {
    for (const name of listOwnFiles(place, places.at(-1))) {
      // What lies nearer to the graph goes before what lies above.
      if (isWanted(name) && !existsSync(path.join(unfinished, name))) copy(place, name)
    }
  }
  rmSync(folder, { recursive: true, force: true })
  renameSync(unfinished, folder)
}
