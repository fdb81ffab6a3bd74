// Newer revisions of datasets from the Hub: compared before anything is fetched, and taken over without losing what was decided.
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type RevisionScene, openRevisionScene, repo } from '../../support/revision-scene.ts'
import { failureOf } from '../../support/test-engine.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

const model = 'colours'
const images = 12

let scene: RevisionScene

beforeEach(async () => {
  scene = await openRevisionScene((folder) => drawColours(folder, images))
})

const summary = () => scene.engine.call('datasets.open', { dataset: scene.dataset })
const isImage = (file: string) => file.endsWith('.png')

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const target = path.join(scene.next, file)
  await writeFile(target, change(await readFile(target, 'utf8')))
}

async function fetchImages(): Promise<void> {
  const { job } = await scene.engine.call('datasets.fetchImages', { dataset: scene.dataset })
  await scene.engine.engine.jobs.wait(job.id)
}

/** One image of each fate: moved, removed, changed, and another one in place of one that is gone. */
async function rearrange(): Promise<void> {
  const at = (file: string) => path.join(scene.next, file)
  const others = await createTempFolder()
  await drawColours(others, 40)
  await mkdir(at('moved'))
  await rename(at('red/000.png'), at('moved/000.png'))
  await rm(at('green/001.png'))
  await cp(path.join(others, 'blue/022.png'), at('purple/003.png'))
  await rm(at('purple/007.png'))
  await cp(path.join(others, 'red/020.png'), at('purple/new.png'))
  await edit('metadata.csv', (text) =>
    text
      .split('\n')
      .filter((row) => !row.startsWith('green/001.png'))
      .map((row) => row.replace('red/000.png', 'moved/000.png').replace('purple/007.png', 'purple/new.png'))
      .join('\n'),
  )
}

/** What the model said of each image that it saw. */
async function predictions(): Promise<Map<string, unknown>> {
  const page = await scene.engine.call('query.page', {
    dataset: scene.dataset,
    filter: everything,
    order: { groupBy: null, sort: null },
    offset: 0,
    limit: 1000,
    columns: [
      { kind: 'field', name: 'file_name' },
      ...(['predicted', 'confidence', 'correct', 'truth_rank', 'entropy'] as const).map((property) => ({
        kind: 'run' as const,
        model,
        property,
      })),
    ],
  })
  const [files, ...values] = page.columns.map((column) => column.values)
  const rows = files!.map((file, i) => [String(file), values.map((column) => column[i])] as const)
  return new Map(rows.filter(([, [predicted]]) => predicted !== null).sort())
}

/** What somebody would miss: it must be the same after everything that went wrong. */
const state = async () => {
  const { samples, source, tags, views, fields, runs, name } = await summary()
  return { samples, source, tags, views, fields, runs, name, all: await scene.samples() }
}

describe('comparing revisions', () => {
  it('[RV10] says that nothing is new', async () => {
    expect(await scene.compare()).toMatchObject({ isNewer: false, added: 0, removed: 0, unchanged: images })
  })

  it('[RV11] counts what is added, removed, changed, moved and unchanged, and fetches no image for it', async () => {
    await rearrange()
    scene.move()
    const before = scene.server.requests.length
    const diff = await scene.compare()
    expect(diff).toMatchObject({
      isNewer: true,
      added: 1,
      removed: 2,
      changed: 1,
      moved: 1,
      unsure: 0,
      unchanged: 8,
      examples: {
        added: ['purple/new.png'],
        removed: ['green/001.png', 'purple/007.png'],
        changed: ['purple/003.png'],
        moved: ['red/000.png → moved/000.png'],
      },
    })
    expect(scene.filesAsked(before)).toEqual(['metadata.csv'])
    const { findings } = await summary()
    expect(findings.find(({ rule }) => rule === 'moved_revision')?.message).toContain(diff.to.slice(0, 7))
    await scene.compare()
    expect(scene.filesAsked(before)).toEqual(['metadata.csv'])
  })

  it('[RV12] compares with another branch, and refuses datasets that are not from the Hub', async () => {
    await rearrange()
    scene.move()
    const { dataset, engine } = scene
    expect(await engine.call('revisions.compare', { dataset, revision: 'before' })).toMatchObject({ isNewer: false })
    const local = await engine.import(scene.next, { name: 'local' })
    const failure = await failureOf(engine.call('revisions.compare', { dataset: local }))
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining('not imported from the Hub') })
  })

  it('[RV13] still knows large files by their checksums when the Hub has forgotten the commit', async () => {
    await rearrange()
    scene.move(true)
    await rm(path.join(scene.engine.library, 'hub'), { recursive: true })
    expect(await scene.compare()).toMatchObject({ added: 1, removed: 2, changed: 1, moved: 1, unchanged: 8 })
  })
})

describe('taking a revision over', () => {
  it('[RV20] keeps tags, views, names, predictions, thumbnails and files of images that stayed', async () => {
    const { engine, dataset, server } = scene
    await engine.addModel(colourModel, model)
    await engine.predict(dataset, model)
    await fetchImages()
    await scene.tag('look', 'file_name in ("red/000.png", "green/001.png", "purple/003.png", "blue/006.png")')
    const filter = await engine.where(dataset, 'label = "red"')
    await engine.call('views.save', { dataset, name: 'reds', filter, layout: null })
    await engine.call('datasets.rename', { dataset, name: 'Mine' })
    const before = await scene.samples()
    const answers = await predictions()
    const { version } = await summary()
    await rearrange()
    scene.move()
    expect(await scene.compare()).toMatchObject({ lost: { tagged: 1, predicted: 3 } })
    const asked = server.requests.length
    await scene.take()

    const after = await summary()
    expect(after).toMatchObject({ name: 'Mine', samples: 11, rowsVersion: 1, views: [{ name: 'reds' }] })
    expect(after.version).toBeGreaterThan(version)
    expect(after.source).toMatchObject({ kind: 'hub', revision: 'main', sha: server.sha('dataset', repo) })
    expect(after.findings.find(({ rule }) => rule === 'revision_taken')?.message).toContain('1 added, 2 removed')
    expect(after.findings.some(({ rule }) => rule === 'moved_revision')).toBe(false)
    const now = await scene.samples()
    expect(await scene.tagged('look')).toEqual(['blue/006.png', 'moved/000.png', 'purple/003.png'])
    expect(now.get('blue/006.png')).toEqual(before.get('blue/006.png'))
    const gone = ['green/001.png', 'purple/003.png', 'purple/007.png']
    const kept = [...answers].filter(([name]) => !gone.includes(name))
    const moved = kept.map(([name, answer]) => [name.replace('red/000', 'moved/000'), answer] as const)
    expect(await predictions()).toEqual(new Map(moved.sort()))
    expect(after.runs).toMatchObject([{ model, state: 'partial', predicted: 9 }])

    expect(scene.filesAsked(asked).filter(isImage)).toEqual([])
    const media = path.join(engine.library, 'datasets', dataset, 'media')
    const files = (await readdir(media, { recursive: true })).filter(isImage)
    const fresh = ['purple/003.png', 'purple/new.png']
    expect(files.sort()).toEqual([...now.keys()].filter((name) => !fresh.includes(name)))
    await fetchImages()
    expect(scene.filesAsked(asked).filter(isImage).sort()).toEqual(fresh)
    await engine.predict(dataset, model)
    expect((await summary()).runs).toMatchObject([{ model, state: 'done', predicted: 11 }])
    expect(await readdir(path.join(engine.library, 'datasets'))).toEqual([dataset])
  })

  it('[RV21] keeps joined fields, roles and what classes mean, and has none of them for new samples', async () => {
    const { engine, dataset } = scene
    const folder = await createTempFolder()
    const annotations = { '006.png': { correct: ['n01440764', 'n01443537'] } }
    const joined = {
      'extra.csv': 'file_name,mood\nblue/006.png,calm\ngreen/005.png,odd\n',
      'labels.json': JSON.stringify({ initial_annots: annotations, problematic_images: {}, imagenet_m: [] }),
    }
    for (const [name, content] of Object.entries(joined)) {
      await writeFile(path.join(folder, name), content)
      const place = engine.engine.places.register(path.join(folder, name))
      const { job } = await engine.call('sidecars.join', { dataset, place, joinBy: null, columns: null })
      await engine.engine.jobs.wait(job.id)
    }
    await engine.call('fields.setRole', { dataset, field: 'shade', role: 'nuisance' })
    await engine.addModel(colourModel, model)
    await engine.call('labels.set', { dataset, model, decisions: [{ class: 'purple', ids: [2] }] })
    const fields = (await summary()).fields.map(({ name, role, source }) => ({ name, role, source }))
    await rearrange()
    scene.move()
    await scene.take()
    const after = await summary()
    expect(after.fields.map(({ name, role, source }) => ({ name, role, source })).sort(byText)).toEqual(
      fields.sort(byText),
    )
    const samples = await scene.samples()
    expect([...samples].filter(([, { mood }]) => mood !== null).map(([name, { mood }]) => [name, mood])).toEqual([
      ['blue/006.png', 'calm'],
      ['green/005.png', 'odd'],
    ])
    const { classes } = await engine.call('labels.map', { dataset, model })
    expect(classes.find((row) => row.class === 'purple')).toMatchObject({
      how: 'person',
      accepted: [{ id: 2 }],
    })
    const id = [...samples.keys()].indexOf('blue/006.png') + 1
    expect((await engine.call('samples.get', { dataset, id })).accepted.map((one) => one.id)).toEqual([0, 1])
  })

  it('[RV22] judges predictions again by the labels of the new revision', async () => {
    const { engine, dataset } = scene
    await engine.addModel(colourModel, model)
    await engine.predict(dataset, model)
    const before = (await predictions()).get('blue/002.png') as unknown[]
    await edit('metadata.csv', (text) => text.replace('blue/002.png,blue', 'blue/002.png,red'))
    scene.move()
    await scene.take()
    const after = (await predictions()).get('blue/002.png') as unknown[]
    expect([before[0], after[0]]).toEqual(['blue', 'blue'])
    expect([before[2], after[2]]).toEqual([true, false])
    expect((await summary()).runs).toMatchObject([{ state: 'done', predicted: images }])
  })

  it('[RV23] reads it with the choices of the import', async () => {
    const { engine } = scene
    const dataset = await engine.import({ kind: 'hub', repo, revision: null }, { name: 'few', maxSamples: 3 })
    await rearrange()
    scene.move()
    const { to } = await engine.call('revisions.compare', { dataset })
    const { job } = await engine.call('revisions.take', { dataset, sha: to })
    await engine.engine.jobs.wait(job.id)
    expect((await engine.call('datasets.open', { dataset })).samples).toBe(3)
  })

  it('[RV24] shows no old picture for a new sample, and follows other branches from then on', async () => {
    const { engine, dataset, server } = scene
    await fetchImages()
    const old = await engine.engine.image(dataset, 4, 'thumb', neverAborted)
    await rearrange()
    scene.move()
    await scene.take()
    const fresh = await engine.engine.image(dataset, 4, 'thumb', neverAborted)
    expect(fresh?.etag).not.toBe(old?.etag)
    const before = await engine.call('revisions.compare', { dataset, revision: 'before' })
    const { job } = await engine.call('revisions.take', { dataset, sha: before.to, revision: 'before' })
    await engine.engine.jobs.wait(job.id)
    expect((await summary()).source).toMatchObject({ revision: 'before', sha: before.to })
    expect(before.to).not.toBe(server.sha('dataset', repo))
    expect(await scene.compare()).toMatchObject({ isNewer: false })
  })
})

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)

describe('what goes wrong while a revision is taken over', () => {
  beforeEach(async () => {
    await scene.tag('look', 'label = "red"')
    await rearrange()
    scene.move()
  })

  const refused = (status: number, code: string) => () => {
    scene.fault = ({ path: file }) =>
      file.includes(scene.server.sha('dataset', repo))
        ? { kind: 'status', status, headers: code === '' ? {} : { 'x-error-code': code } }
        : null
  }

  it.each([
    ['the commit is gone', 'not_found', refused(404, 'RevisionNotFound')],
    ['the repository is gated now', 'auth_required', refused(403, 'GatedRepo')],
    ['the Hub does not answer', 'network', refused(503, '')],
    ['the disk is full', 'no_space', () => (scene.freeBytes = 10)],
  ])('[RV30] leaves the dataset as it was where %s, and can do it later', async (_what, code, spoil) => {
    const { dataset, engine, server } = scene
    const before = await state()
    const sha = server.sha('dataset', repo)
    spoil()
    const { job } = await engine.call('revisions.take', { dataset, sha })
    expect(await failureOf(engine.engine.jobs.wait(job.id))).toMatchObject({ code })
    expect(await state()).toEqual(before)
    expect(await readdir(path.join(engine.library, 'datasets'))).toEqual([dataset])
    scene.fault = null
    scene.freeBytes = 1e12
    expect(await scene.take()).toMatchObject({ added: 1, removed: 2 })
    expect((await summary()).samples).toBe(11)
  })

  it.each(['cancel', 'pause'] as const)(
    '[RV31] leaves the dataset as it was on %s, and goes on when told to',
    async (how) => {
      const { dataset, engine, server } = scene
      const before = await state()
      const asked = Promise.withResolvers<void>()
      scene.fault = ({ path: file }) => {
        if (!file.endsWith('metadata.csv')) return null
        asked.resolve()
        return { kind: 'hang' }
      }
      const { job } = await engine.call('revisions.take', { dataset, sha: server.sha('dataset', repo) })
      await asked.promise
      await engine.call(`jobs.${how}`, { job: job.id })
      await engine.until(
        'job.changed',
        (event) => event.job.id === job.id && /^(cancelled|paused)$/.test(event.job.state),
      )
      expect(await state()).toEqual(before)
      expect(await readdir(path.join(engine.library, 'datasets'))).toEqual([dataset])
      scene.fault = null
      await engine.call('jobs.resume', { job: job.id })
      await engine.engine.jobs.wait(job.id)
      expect((await summary()).samples).toBe(11)
    },
  )

  it('[RV32] has the dataset to itself: asked twice it is one job, and others wait until it has ended', async () => {
    const { dataset, engine, server } = scene
    const asked = Promise.withResolvers<void>()
    let isHeld = true
    scene.fault = ({ path: file }) => {
      if (!isHeld || !file.endsWith('metadata.csv')) return null
      asked.resolve()
      return { kind: 'hang' }
    }
    const input = { dataset, sha: server.sha('dataset', repo) }
    const { job } = await engine.call('revisions.take', input)
    expect((await engine.call('revisions.take', input)).job.id).toBe(job.id)
    await asked.promise
    const other = await engine.call('datasets.fetchImages', { dataset })
    const states = async () =>
      new Map((await engine.call('jobs.list', {})).map((each) => [each.id, each.state] as const))
    expect((await states()).get(other.job.id)).toBe('queued')
    isHeld = false
    await engine.call('jobs.pause', { job: job.id })
    await engine.call('jobs.resume', { job: job.id })
    await engine.engine.jobs.wait(job.id)
    await engine.engine.jobs.wait(other.job.id)
    const media = path.join(engine.library, 'datasets', dataset, 'media')
    const files = (await readdir(media, { recursive: true })).filter(isImage)
    expect(files.sort()).toEqual([...(await scene.samples()).keys()])
    expect(existsSync(path.join(media, 'green/001.png'))).toBe(false)
  })
})
