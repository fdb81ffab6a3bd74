// The SQLite files themselves: who may open them, what a migration leaves, and what damage and full disks do.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { cpSync, readFileSync, readdirSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { everything } from '#core/filter/expr.ts'
import { datasetFile } from '#store/migrations/dataset.ts'
import { libraryFile } from '#store/migrations/library.ts'
import { thumbnailFile } from '#store/migrations/thumbnails.ts'
import { type FileKind, openDatabase } from '#store/sqlite.ts'
import { generateSchema } from '../../../build/generators/schema.ts'
import { colourModel, drawColours } from '../../support/colour-folder.ts'
import { neverAborted } from '../../support/open-dataset.ts'
import { type TestEngine, failureOf, openTestEngine, projectRoot } from '../../support/test-engine.ts'
import { canMountDisks, mountDisk, unmountDisk } from '../../support/small-disk.ts'
import { createTempFolder } from '../../support/temp-folder.ts'
import { exportsFolder } from '../formats/expected.ts'

/** Steps that have been shipped, by name: what stands in users' files is never changed, only added to. */
const shipped: Readonly<Record<string, string>> = {
  '0001-create-library': '727d6e69a7043b1c',
  '0001-create-dataset': 'bea12a9a895655b8',
  '0002-findings-with-rows': '144cba9324f4ec4e',
  '0003-label-map': 'e6582531c452cf06',
  '0004-source-documents': 'affb54cf2979af34',
  '0005-any-model': '297ddac6168d9e89',
  '0002-models-by-name': 'b048c1426a2d75f5',
  '0001-create-thumbnails': '28b5e466feddd7bb',
}

const first: FileKind = {
  applicationId: 77,
  what: 'trial',
  migrations: [{ name: '0001-create', sql: 'CREATE TABLE item (name TEXT NOT NULL) STRICT;' }],
}
const second: FileKind = {
  ...first,
  migrations: [...first.migrations, { name: '0002-add-size', sql: 'ALTER TABLE item ADD COLUMN size INTEGER;' }],
}

/** The bytes of every file in a folder. */
function bytesOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(folder, file), createHash('sha256').update(readFileSync(file)).digest('hex')]),
  )
}

async function openLibrary(background = false): Promise<TestEngine> {
  const engine = await openTestEngine(path.join(await createTempFolder(), 'library'), background)
  onTestFinished(() => engine.close())
  return engine
}

/** Runs the command line to its end. */
function runCli(args: readonly string[]) {
  return spawnSync(process.execPath, ['main/cli/main.ts', ...args], { cwd: projectRoot, encoding: 'utf8' })
}

describe('opening a file', () => {
  it('[DB1] refuses what a newer Foible wrote and leaves it as it was, its write-ahead log included', async () => {
    const folder = await createTempFolder()
    const file = path.join(folder, 'trial.sqlite')
    const writer = openDatabase(file, second)
    writer.pragma('wal_autocheckpoint = 0')
    writer.exec(`INSERT INTO item VALUES ('a', 1)`)
    // What a killed process leaves: the log is not merged into the file yet.
    const left = await createTempFolder()
    await cp(folder, left, { recursive: true })
    writer.close()
    rmSync(path.join(left, 'trial.sqlite-shm'))
    const before = bytesOf(left)
    expect(Object.keys(before).sort()).toEqual(['trial.sqlite', 'trial.sqlite-wal'])
    const kept = path.join(left, 'trial.sqlite')
    expect(() => openDatabase(kept, first)).toThrowError(
      expect.objectContaining({ code: 'library_newer', details: { file: kept, version: 2, supported: 1 } }),
    )
    const after = bytesOf(left)
    delete after['trial.sqlite-shm']
    expect(after).toEqual(before)
    const again = openDatabase(kept, second)
    expect(again.prepare('SELECT * FROM item').all()).toEqual([{ name: 'a', size: 1 }])
    again.close()
  })

  it('[DB2] refuses files that are not Foible’s and leaves them as they were', async () => {
    const folder = await createTempFolder()
    const foreign = new Database(path.join(folder, 'foreign.sqlite'))
    foreign.exec('CREATE TABLE notes (text TEXT)')
    foreign.close()
    await writeFile(path.join(folder, 'letter.sqlite'), 'Dear reader, this is no database. '.repeat(100))
    const before = bytesOf(folder)
    for (const name of ['foreign.sqlite', 'letter.sqlite']) {
      expect(() => openDatabase(path.join(folder, name), first)).toThrowError(
        expect.objectContaining({ code: 'broken_file', message: expect.stringContaining(name) }),
      )
    }
    expect(bytesOf(folder)).toEqual(before)
  })

  it('[DB3] copies the file before the first step of a migration, and a step that fails changes nothing', async () => {
    const folder = await createTempFolder()
    const file = path.join(folder, 'trial.sqlite')
    const old = openDatabase(file, first)
    old.exec(`INSERT INTO item VALUES ('kept')`)
    old.close()
    const failing: FileKind = {
      ...second,
      migrations: [...second.migrations, { name: '0003-fail', sql: 'DROP TABLE nothing;' }],
    }
    expect(() => openDatabase(file, failing)).toThrowError(/nothing/)
    const half = openDatabase(file, second)
    expect(half.pragma('user_version', { simple: true })).toBe(2)
    expect(half.prepare('SELECT * FROM item').all()).toEqual([{ name: 'kept', size: null }])
    half.close()
    const copy = openDatabase(`${file}.before-1`, first)
    expect(copy.prepare('SELECT * FROM item').all()).toEqual([{ name: 'kept' }])
    copy.close()
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('[DB4] has not changed a migration that was shipped', () => {
    const steps = [libraryFile, datasetFile, thumbnailFile].flatMap(({ migrations }) => migrations)
    const sums = steps.map(({ name, sql }) => [name, createHash('sha256').update(sql).digest('hex').slice(0, 16)])
    expect(Object.fromEntries(sums)).toEqual(shipped)
    for (const { migrations } of [libraryFile, datasetFile, thumbnailFile]) {
      migrations.forEach(({ name }, at) => expect(name).toMatch(new RegExp(`^${String(at + 1).padStart(4, '0')}-`)))
    }
  })

  it('[DB5] has the schema in git that its migrations come to', async () => {
    expect(await readFile(path.join(projectRoot, 'main/store/schema.sql'), 'utf8')).toBe(generateSchema())
  })
})

describe('the library', () => {
  it('[DB6] is for one process at a time; the second is told which has it, and a killed one gives it up', async () => {
    const engine = await openLibrary()
    const { status, stdout, stderr } = runCli(['datasets', '--json', '--library', engine.library])
    expect(status).toBe(1)
    expect(stdout).toBe('')
    const { error } = JSON.parse(stderr) as { error: { code: string; message: string; details: { pid: number } } }
    expect(error).toMatchObject({ code: 'library_locked', details: { pid: process.pid } })
    expect(error.message).toContain(String(process.pid))
    const other = path.join(await createTempFolder(), 'library')
    const holder = spawn(process.execPath, ['main/cli/main.ts', 'serve', '--json', '--library', other], {
      cwd: projectRoot,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    expect((await failureOf(openTestEngine(other))).details).toMatchObject({ pid: holder.pid })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await (await openTestEngine(other)).close()
  })

  it('[DB7] refuses a newer library as a whole, and shows a newer dataset among the others', async () => {
    const engine = await openTestEngine(path.join(await createTempFolder(), 'library'))
    const good = await engine.import(path.join(exportsFolder, 'imagefolder'))
    const newer = await engine.import(path.join(exportsFolder, 'fiftyone-tree'))
    await engine.close()
    const file = path.join(engine.library, 'datasets', newer, 'dataset.sqlite')
    raiseVersion(file)
    const before = bytesOf(path.dirname(file))
    const again = await openTestEngine(engine.library)
    const list = await again.call('datasets.list', {})
    expect(list.map(({ id, problem }) => [id, problem?.includes('newer Foible') ?? false])).toEqual([
      [newer, true],
      [good, false],
    ])
    expect((await failureOf(again.call('datasets.open', { dataset: newer }))).code).toBe('library_newer')
    expect((await again.call('datasets.open', { dataset: good })).samples).toBe(24)
    await again.close()
    expect(bytesOf(path.dirname(file))).toEqual(before)
    raiseVersion(path.join(engine.library, 'library.sqlite'))
    const { status, stderr } = runCli(['datasets', '--json', '--library', engine.library])
    expect(status).toBe(4)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'library_newer' } })
  })

  it('[DB8] shows a damaged dataset with its problem; the others work, and it can be removed', async () => {
    const engine = await openTestEngine(path.join(await createTempFolder(), 'library'))
    await engine.addModel(colourModel, 'colours')
    const good = await engine.import(path.join(exportsFolder, 'imagefolder'))
    const damage: Readonly<Record<string, (file: string) => void>> = {
      cut: (file) => truncateSync(file, 5000),
      overwritten: (file) => writeFileSync(file, readFileSync(file).fill(7, 8192, 20_000)),
      text: (file) => writeFileSync(file, 'not a database'),
      empty: (file) => writeFileSync(file, ''),
      column: (file) => withDatabase(file, (db) => db.exec(`UPDATE chunk SET data = x'010203' WHERE type = 'f32'`)),
      meta: (file) => withDatabase(file, (db) => db.exec(`UPDATE meta SET value = '{"samples":'`)),
    }
    for (const name of Object.keys(damage)) await engine.import(path.join(exportsFolder, 'fiftyone-dataset'), { name })
    await engine.close()
    for (const [name, damageFile] of Object.entries(damage)) {
      damageFile(path.join(engine.library, 'datasets', name, 'dataset.sqlite'))
    }
    const again = await openTestEngine(engine.library)
    onTestFinished(() => again.close())
    const list = await again.call('datasets.list', {})
    // A damaged column shows when it is read.
    expect(list.filter(({ problem }) => problem === null).map(({ id }) => id)).toEqual(['column', good])
    for (const { id, problem } of list) if (problem !== null) expect(problem, id).toMatch(/[Rr]estore|[Rr]emove/)
    for (const name of ['column', 'cut', 'text']) {
      const failure = await failureOf(again.call('datasets.open', { dataset: name }))
      expect(failure).toMatchObject({ code: 'broken_file', message: expect.stringMatching(/[Rr]estore/) })
    }
    expect((await again.call('query.counts', { dataset: good, filter: everything, facets: null, top: 5 })).total).toBe(
      24,
    )
    for (const name of Object.keys(damage)) await again.call('datasets.delete', { dataset: name })
    expect((await again.call('datasets.list', {})).map(({ id }) => id)).toEqual([good])
  })

  it('[DB9] makes a damaged store of thumbnails anew', async () => {
    const engine = await openTestEngine(path.join(await createTempFolder(), 'library'))
    const dataset = await engine.import(path.join(exportsFolder, 'imagefolder'))
    await engine.close()
    await writeFile(path.join(engine.library, 'datasets', dataset, 'thumbs.sqlite'), 'scratched')
    const again = await openTestEngine(engine.library)
    onTestFinished(() => again.close())
    expect((await again.engine.image(dataset, 1, 'thumb', neverAborted))?.type).toBe('image/webp')
  })

  it('[DB10] finds a dataset that was copied into it', async () => {
    const one = await openTestEngine(path.join(await createTempFolder(), 'library'))
    const dataset = await one.import(path.join(exportsFolder, 'fiftyone-dataset'), { copy: true })
    await one.call('tags.apply', { dataset, tag: 'mine', target: { kind: 'ids', ids: [1, 2] }, on: true })
    const summary = await one.call('datasets.open', { dataset })
    await one.close()
    const other = await openLibrary()
    cpSync(path.join(one.library, 'datasets', dataset), path.join(other.library, 'datasets', 'from-a-colleague'), {
      recursive: true,
    })
    cpSync(path.join(one.library, 'datasets', dataset), path.join(other.library, 'datasets', 'From a Friend'), {
      recursive: true,
    })
    const copied = await other.call('datasets.open', { dataset: 'from-a-colleague' })
    expect({ ...copied, id: dataset, version: summary.version }).toEqual(summary)
    expect((await other.engine.image('from-a-colleague', 1, 'thumb', neverAborted))?.type).toBe('image/webp')
    const awkward = (await other.call('datasets.list', {})).find(({ id }) => id === 'From a Friend')
    expect(awkward?.problem).toMatch(/[Rr]ename/)
  })
})

function withDatabase(file: string, work: (db: Database.Database) => void): void {
  const db = new Database(file)
  work(db)
  db.close()
}

function raiseVersion(file: string): void {
  withDatabase(file, (db) => db.pragma('user_version = 99'))
}

describe.skipIf(!canMountDisks())('a full disk', () => {
  it('[DB11] is told as such by whatever writes, loses nothing, and everything goes on once there is room', async () => {
    const disk = await createTempFolder()
    expect(mountDisk(disk, '96m')).toBe(true)
    onTestFinished(() => unmountDisk(disk))
    const source = path.join(await createTempFolder(), 'drawn')
    await drawColours(source, 24)
    const engine = await openTestEngine(path.join(disk, 'library'))
    onTestFinished(() => engine.close())
    await engine.call('models.list', {})
    await engine.addModel(colourModel, 'colours')
    const dataset = await engine.import(source)
    await engine.call('tags.apply', { dataset, tag: 'kept', target: { kind: 'ids', ids: [1, 2, 3] }, on: true })
    const before = await engine.call('datasets.open', { dataset })

    const filler = path.join(disk, 'filler')
    const fill = () => {
      const { bavail, bsize } = statfsSync(disk)
      writeFileSync(filler, Buffer.alloc(bavail * bsize))
    }
    fill()
    const codeOf = async (work: Promise<unknown>) => (await failureOf(work)).code
    // A page may still fit into the log: several acts do not.
    const acts = Array.from({ length: 8 }, (_, i) =>
      engine.call('tags.apply', { dataset, tag: `new ${i}`, target: { kind: 'filter', filter: everything }, on: true }),
    )
    const codes = await Promise.all(
      acts.map((act) =>
        act.then(
          () => 'done',
          (error: { code: string }) => error.code,
        ),
      ),
    )
    expect(codes.at(-1)).toBe('no_space')
    const made = codes.filter((code) => code === 'done').length
    expect((await engine.call('datasets.open', { dataset })).tags).toHaveLength(before.tags.length + made)
    expect(await codeOf(engine.predict(dataset, 'colours', { batch: 1 }))).toBe('no_space')
    expect(await codeOf(engine.import(source, { name: 'second', copy: true }))).toBe('no_space')
    expect(await codeOf(engine.export(dataset, path.join(disk, 'out')))).toBe('no_space')
    expect(await codeOf(engine.addModel(path.join(projectRoot, 'test/fixtures/models/awkward/softmax'), 'other'))).toBe(
      'no_space',
    )
    expect(readdirSync(path.join(engine.library, 'datasets'))).toEqual([dataset])
    expect(readdirSync(disk).sort()).toEqual(['filler', 'library'])

    rmSync(filler)
    await engine.predict(dataset, 'colours')
    const after = await engine.call('datasets.open', { dataset })
    expect(after.runs[0]).toMatchObject({ predicted: 24, state: 'done' })
    expect(after.tags.find(({ name }) => name === 'kept')?.count).toBe(3)
    await engine.import(source, { name: 'second', copy: true })
    await engine.export(dataset, path.join(disk, 'out'))
    const jobs = await engine.call('jobs.list', {})
    expect(jobs.every((job) => job.state === 'done' || job.error?.code === 'no_space')).toBe(true)
  })
})
