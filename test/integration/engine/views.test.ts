// Saved views and the data under them; tags on images that were picked by models' answers.
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ViewCheck } from '#contract/library.ts'
import { importAnswers, importOutcomeScene } from '../../support/outcome-scene.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { type TestEngine, failureOf, makeFolder, openTestEngine } from '../../support/test-engine.ts'

let folder: Awaited<ReturnType<typeof makeFolder>>
let engine: TestEngine
let dataset: string

// One dataset for all: every test has views, tags and, beside a, answers of its own.
beforeAll(async () => {
  folder = await makeFolder()
  engine = await openTestEngine(path.join(folder.folder, 'library'))
  dataset = await importOutcomeScene(engine, folder.folder)
  await answer('a', (row) => row % 7 < 3)
})
afterAll(async () => {
  await engine.close()
  await folder.remove()
})

const answer = (model: string, isWrong: (row: number) => boolean = () => false) =>
  importAnswers(engine, folder.folder, dataset, model, isWrong)
const where = (text: string) => engine.where(dataset, text)
const save = async (name: string, text: string) =>
  await engine.call('views.save', { dataset, name, filter: await where(text), layout: null })
const check = async (name: string): Promise<ViewCheck> =>
  (await engine.call('views.check', { dataset })).find((view) => view.name === name)!
const tag = async (name: string, text: string, on = true) =>
  await engine.call('tags.apply', { dataset, tag: name, target: { kind: 'filter', filter: await where(text) }, on })
const warnings = async (text: string) => {
  const filter = await where(text)
  const overview = await engine.call('overview.compute', { dataset, filter, models: ['a'] })
  const accuracy = await engine.call('compare.accuracy', {
    dataset,
    filter,
    models: ['a'],
    field: { kind: 'field', name: 'background' },
  })
  const comparison = await engine.call('compare.compute', { dataset, filter, models: ['a'] })
  expect(accuracy.selection).toEqual(overview.selection)
  expect(comparison.selection).toEqual(overview.selection)
  return overview.selection
}
const reopen = async () => {
  await engine.close()
  engine = await openTestEngine(engine.library)
}

describe('saved views', () => {
  it('[UX8] know the data that they were saved on, also tomorrow', async () => {
    const view = await save('sea', 'background = sea')
    expect(view.saved).toMatchObject({ matched: 80, samples: 240, version: expect.stringMatching(/^[0-9a-f]{12}$/) })
    await reopen()
    const { views } = await engine.call('datasets.open', { dataset })
    expect(views).toContainEqual(view)
    expect(await check('sea')).toEqual({
      name: 'sea',
      matched: 80,
      version: view.saved!.version,
      changes: [],
      sentence: null,
    })
  })

  it('[UX8] say what came in and went since: predictions, tags, other views', async () => {
    await answer('gone')
    await tag('check', 'background = moss')
    await save('all', '')
    await save('missed', 'gone.correct = false')
    await save('checked', 'tagged(check)')
    await save('within', 'view("checked") and background = moss')
    await answer('b')
    const came = 'predictions of b came in'
    expect((await check('all')).sentence).toBe(`The same 240 samples as when it was saved, though ${came}.`)
    await tag('check', 'background = sea')
    await save('checked', 'tagged(check) and brightness > 10')
    expect(await check('within')).toMatchObject({
      changes: ['the tag “check” was changed', 'the view “checked” was changed', came],
      sentence: expect.stringMatching(/^Saved when 80 samples matched; now \d+: the tag /),
    })
    await engine.call('runs.delete', { dataset, model: 'gone' })
    expect(await check('missed')).toMatchObject({ matched: null, sentence: expect.stringContaining('“gone”') })
    expect((await check('checked')).changes).toEqual(['predictions of gone were removed'])
  })

  it('[UX8] are as they were again once a change is undone', async () => {
    await tag('undone', 'background = sea')
    const { saved } = await save('untagged', 'a.correct = false and not tagged(undone)')
    await tag('undone', 'background = moss')
    expect((await check('untagged')).changes).toEqual(['the tag “undone” was changed'])
    await engine.call('history.undo', { dataset })
    expect(await check('untagged')).toMatchObject({ version: saved!.version, sentence: null })
  })

  it('[UX8] go along when a run is renamed, and when they are deleted and brought back', async () => {
    await answer('old')
    await save('renamed', 'old.correct = false')
    await engine.call('runs.rename', { dataset, model: 'old', name: 'new' })
    expect((await check('renamed')).sentence).toBeNull()
    await engine.call('views.delete', { dataset, name: 'renamed' })
    await engine.call('history.undo', { dataset })
    await answer('later')
    expect((await check('renamed')).changes).toEqual(['predictions of later came in'])
    await save('renamed', 'new.correct = false')
    expect((await check('renamed')).changes).toEqual([])
  })

  it('[UX8] cannot be within themselves', async () => {
    await save('loop', 'background = sea')
    expect(await failureOf(save('loop', 'view("loop")'))).toMatchObject({ code: 'usage' })
    expect(await check('loop')).toMatchObject({ matched: 80 })
  })

  it('[UX8] are listed by foible views with what has changed', async () => {
    const { saved } = await save('moss', 'background = moss')
    await answer('last')
    await engine.close()
    const listed = await runJson(['views', dataset, '--library', engine.library])
    engine = await openTestEngine(engine.library)
    expect(listed).toContainEqual(
      expect.objectContaining({
        name: 'moss',
        where: 'background = moss',
        samples: 80,
        saved,
        changes: ['predictions of last came in'],
      }),
    )
  })
})

describe('tags on images picked by answers', () => {
  it('[UX9] warn wherever the tag is a filter, and name the rule', async () => {
    await tag('hard', 'a.correct = false')
    const selection = await warnings('tagged(hard)')
    expect(selection).toMatchObject({ surrogates: ['a'], barred: ['a'] })
    expect(selection!.warning).toContain('The tag “hard” was given among images for which a.correct = false.')
    await reopen()
    expect(await warnings('not tagged(hard) and background = sea')).toMatchObject({ surrogates: ['a'] })
    await save('mine', 'tagged(hard)')
    expect((await warnings('view("mine")'))!.warning).toContain('“hard”')
  })

  it('[UX9] are told from tags that no answer decided about', async () => {
    await tag('plain', 'background = sea')
    expect(await warnings('tagged(plain)')).toBeNull()
    const target = { kind: 'ids' as const, ids: [1, 2, 3] }
    await engine.call('tags.apply', { dataset, tag: 'seen', target, on: true })
    expect(await warnings('tagged(seen)')).toBeNull()
    const under = await where('a.correct = false')
    await engine.call('tags.apply', { dataset, tag: 'chosen', target: { ...target, under }, on: true })
    expect(await warnings('tagged(chosen)')).toMatchObject({ surrogates: ['a'] })
  })

  it('[UX9] lose the warning by undo or by hand, and have it from images taken off by answers', async () => {
    await tag('trimmed', 'a.correct = false')
    await engine.call('history.undo', { dataset })
    await tag('trimmed', 'background = sea')
    expect(await warnings('tagged(trimmed)')).toBeNull()
    await tag('trimmed', 'a.correct = true', false)
    expect(await warnings('tagged(trimmed)')).toMatchObject({ surrogates: ['a'] })
    await tag('trimmed', 'background = sea')
    expect(await warnings('tagged(trimmed)')).toBeNull()
  })

  it('[UX9] keep the rule when the run is renamed', async () => {
    await answer('before', (row) => row % 2 === 0)
    await tag('kept', 'before.correct = false')
    await engine.call('runs.rename', { dataset, model: 'before', name: 'after' })
    const filter = await where('tagged(kept)')
    const { selection } = await engine.call('overview.compute', { dataset, filter, models: ['after'] })
    expect(selection).toMatchObject({ barred: ['after'] })
    expect(selection!.warning).toContain('after.correct = false')
  })

  it('[UX9] tell it in the history of an image', async () => {
    await tag('told', 'a.correct = false')
    const { history } = await engine.call('samples.get', { dataset, id: 1 })
    expect(history.map(({ what }) => what)).toContain('Tagged “told” among images for which a.correct = false')
  })

  it('[UX9] draw no warning where nothing is picked by answers', async () => {
    expect(await warnings('')).toBeNull()
  })
})

describe('foible mine', () => {
  it('[MN11] saves no set without a sample, and says so', async () => {
    await answer('never with a', (row) => row % 7 > 3)
    const flags = ['mine', dataset, '--surrogates', 'a,never with a', '--library', engine.library]
    await engine.close()
    const empty = await runCommand([...flags, '--save', 'mined by both'])
    expect(empty).toMatchObject({ code: 2, err: expect.stringContaining('There is nothing to save') })
    await runJson([...flags, '--threshold', '1', '--save', 'mined by one'])
    engine = await openTestEngine(engine.library)
    const { views } = await engine.call('datasets.open', { dataset })
    expect(views.map(({ name }) => name).filter((name) => name.startsWith('mined'))).toEqual(['mined by one'])
  })
})
