import { readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readModel } from '#models/read-model.ts'
import { buildOnnx, weightsOf } from '../../fixtures/models/build-onnx.ts'
import { awkwardModels } from '../../fixtures/models/make-awkward-models.ts'

const awkward = fileURLToPath(new URL('../../fixtures/models/awkward/', import.meta.url))
const embedded = fileURLToPath(new URL('../../../native-models/embedded/', import.meta.url))
const signal = new AbortController().signal
const read = (folder: string) => readModel(join(awkward, folder), signal)

describe('reading a model', () => {
  it.each(['efficientnet-lite0', 'efficientnet-lite1', 'efficientnet-lite2'])(
    '[MD11] reads the card of the embedded %s',
    async (name) => {
      const spec = await readModel(join(embedded, name), signal)
      const reference: { model: { sha256: string } } = JSON.parse(
        readFileSync(new URL(`../../fixtures/models/${name}/reference.json`, import.meta.url), 'utf8'),
      )
      expect(spec).toMatchObject({
        name,
        sha256: reference.model.sha256,
        layout: 'nchw',
        batch: null,
        outputKind: 'logits',
        labelSpace: 'imagenet-1k',
        license: 'apache-2.0',
        notes: [],
      })
      expect(spec.output.name).toBe('logits')
      expect(spec.classes[134]).toBe('crane')
      expect(spec.preprocessing.origin).toBe('preprocessor_config.json')
      expect(spec.preprocessing.crop).toEqual({ width: spec.width, height: spec.height })
    },
  )

  it('[MD12] takes the file, its folder, or a folder with onnx/model.onnx', async () => {
    const byFile = await readModel(join(awkward, 'nchw', 'model.onnx'), signal)
    expect(byFile).toEqual(await read('nchw'))
    expect(await read('onnx-folder')).toMatchObject({
      name: 'onnx-folder',
      sha256: byFile.sha256,
      classes: ['red', 'green', 'blue', 'dark'],
    })
  })

  it('[RM25] reads a model whose card is no YAML', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foible-card-'))
    await copyFile(join(awkward, 'nchw', 'model.onnx'), join(folder, 'model.onnx'))
    await writeFile(join(folder, 'README.md'), '---\nlicense: [mit\n---\n')
    expect(await readModel(folder, signal)).toMatchObject({ license: null })
    await writeFile(join(folder, 'README.md'), '---\nlicense: mit\n---\n')
    expect(await readModel(folder, signal)).toMatchObject({ license: 'mit' })
  })

  it('[MD13] recognises the layout, a fixed batch and how the scores end', async () => {
    expect(await read('nhwc')).toMatchObject({
      layout: 'nhwc',
      width: 8,
      height: 8,
      batch: null,
      input: { name: 'image:0' },
    })
    expect(await read('batch-of-one')).toMatchObject({ layout: 'nchw', batch: 1 })
    expect(await read('batch-of-four')).toMatchObject({ batch: 4 })
    expect(await read('softmax')).toMatchObject({ outputKind: 'probabilities' })
    expect(await read('nchw')).toMatchObject({ outputKind: 'logits' })
  })

  it('[MD14] says what it takes for granted where the model says nothing', async () => {
    const unnamed = await read('thousand-unnamed')
    expect(unnamed).toMatchObject({ labelSpace: 'imagenet-1k', preprocessing: { origin: 'default' } })
    expect(unnamed.notes).toHaveLength(2)
    expect((await read('names-in-metadata')).classes).toEqual(['red', "gr'een", 'blue', 'dark'])
  })

  it.each([
    ['grey-input', 'model_unsupported', /three channels.*pixels: float32 \[\?, 1, 8, 8\]/],
    ['flat-input', 'model_unsupported', /2 dimensions/],
    ['two-inputs', 'model_unsupported', /2 inputs.*mask: float32/],
    ['any-size', 'model_unsupported', /preprocessor_config\.json/],
    ['other-size', 'model_unsupported', /8 x 8.*16 x 16/],
    ['five-names-four-classes', 'model_unsupported', /4 classes.*names 5/],
    ['truncated', 'model_invalid', /cut off/],
    ['not-onnx', 'model_invalid', /not an ONNX model/],
    ['broken-config', 'model_invalid', /config\.json/],
    ['external-missing', 'model_invalid', /weights\.bin, which is missing/],
    ['external-short', 'model_invalid', /20 bytes.*48/],
    ['external-escaping', 'unsafe_path', /\.\.\/nchw\/model\.onnx/],
  ])('[MD15] refuses %s with the way out', async (folder, code, message) => {
    await expect(read(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('[MD16] follows no link from a model’s folder to weights outside of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foible-model-'))
    const outside = await mkdtemp(join(tmpdir(), 'foible-outside-'))
    await writeFile(join(outside, 'secret'), new Uint8Array(weightsOf(4).buffer))
    await symlink(join(outside, 'secret'), join(folder, 'weights.bin'))
    await writeFile(join(folder, 'model.onnx'), buildOnnx({ external: 'weights.bin' }))
    await expect(readModel(folder, signal)).rejects.toMatchObject({ code: 'unsafe_path' })
  })

  it('[QL16] follows the links of a snapshot in Hugging Face’s cache into the blobs beside it, and no further', async () => {
    const cache = await mkdtemp(join(tmpdir(), 'foible-cache-'))
    const repo = join(cache, 'models--a--b')
    const folder = join(repo, 'snapshots', 'ab12', 'onnx')
    await mkdir(folder, { recursive: true })
    await mkdir(join(repo, 'blobs'))
    const graph = buildOnnx({ external: 'weights.bin' })
    const weights = new Uint8Array(weightsOf(4).buffer)
    await writeFile(join(repo, 'blobs', 'f00'), graph)
    await writeFile(join(repo, 'blobs', 'd00'), weights)
    await symlink(join('..', '..', '..', 'blobs', 'f00'), join(folder, 'model.onnx'))
    await symlink(join('..', '..', '..', 'blobs', 'd00'), join(folder, 'weights.bin'))
    const spec = await readModel(join(folder, 'model.onnx'), signal)
    expect(spec.dataFiles).toEqual(['weights.bin'])
    expect(spec.sizeBytes).toBe(graph.length + weights.length)

    // A blob of another repository, and one that leads away, are none of its own.
    await mkdir(join(cache, 'models--c--d', 'blobs'), { recursive: true })
    await writeFile(join(cache, 'models--c--d', 'blobs', 'e00'), weights)
    for (const target of [join(cache, 'models--c--d', 'blobs', 'e00'), join(repo, 'blobs', 'away')]) {
      await rm(join(repo, 'blobs', 'away'), { force: true })
      await symlink(join(cache, 'models--c--d', 'blobs', 'e00'), join(repo, 'blobs', 'away'))
      await rm(join(folder, 'weights.bin'))
      await symlink(target, join(folder, 'weights.bin'))
      await expect(readModel(join(folder, 'model.onnx'), signal)).rejects.toMatchObject({ code: 'unsafe_path' })
    }
  })

  it('[MD17] says where there is no model, and asks where there are several', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foible-model-'))
    await expect(readModel(join(folder, 'nothing'), signal)).rejects.toMatchObject({ code: 'not_found' })
    await expect(readModel(folder, signal)).rejects.toMatchObject({ code: 'not_found' })
    await writeFile(join(folder, 'b.onnx'), buildOnnx())
    expect((await readModel(folder, signal)).file).toBe(join(folder, 'b.onnx'))
    await writeFile(join(folder, 'a.onnx'), buildOnnx())
    await expect(readModel(folder, signal)).rejects.toMatchObject({
      code: 'usage',
      details: { files: ['a.onnx', 'b.onnx'] },
    })
  })

  it('[MD18] stops where it is cancelled', async () => {
    await expect(readModel(join(awkward, 'nchw'), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('[MD19] refuses an ONNX file that is cut anywhere, or names what is left of it, but never fails otherwise', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foible-model-'))
    const whole = buildOnnx()
    for (let length = 0; length < whole.length; length += 3) {
      await writeFile(join(folder, 'model.onnx'), whole.subarray(0, length))
      await expect(readModel(folder, signal), `${length} bytes`).rejects.toMatchObject({ code: 'model_invalid' })
    }
  })

  it('[MD20] has its awkward models from their generator', () => {
    for (const [path, contents] of Object.entries(awkwardModels())) {
      expect(Buffer.compare(readFileSync(join(awkward, path)), Buffer.from(contents)), path).toBe(0)
    }
  })
})
