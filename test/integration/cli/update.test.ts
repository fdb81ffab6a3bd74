// The command that compares revisions and takes them over.
import { cp, rm } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import type { RevisionDiff } from '#contract/hub.ts'
import { startHubServer } from '../../hub/hub-server.ts'
import { drawColours } from '../../support/colour-folder.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

const environment = { ...process.env }
afterEach(() => {
  process.env = { ...environment }
})

it('[RV34] foible update says what would change, and takes it over', async () => {
  const [first, next] = [await createTempFolder(), await createTempFolder()]
  await drawColours(first, 8)
  await cp(first, next, { recursive: true })
  await rm(path.join(next, 'red/000.png'))
  await rm(path.join(next, 'metadata.csv'))
  const repo = { type: 'dataset' as const, name: 'o/colours', folder: first, branches: { v1: first } }
  const server = await startHubServer({ repos: [repo] })
  onTestFinished(() => server.close())
  process.env['HF_ENDPOINT'] = server.endpoint
  const library = ['--library', path.join(await createTempFolder(), 'library')]
  await runJson(['import', 'hf:o/colours', ...library])
  const none = await runCommand(['update', 'colours', ...library])
  expect(none.out).toContain('Nothing new: “main” is')

  repo.folder = next
  const checked = (await runJson(['update', 'colours', '--check', ...library])) as RevisionDiff
  expect(checked).toMatchObject({ isNewer: true, removed: 1, unchanged: 7 })
  const text = await runCommand(['update', 'colours', '--check', ...library])
  expect(text.out).toContain('removed: 1\n    red/000.png')
  expect(await runJson(['update', 'colours', ...library])).toEqual(checked)
  expect((await runCommand(['update', 'colours', ...library])).out).toContain('Nothing new')
  const back = (await runJson(['update', 'colours', '--revision', 'v1', ...library])) as RevisionDiff
  expect(back).toMatchObject({ added: 1, revision: 'v1' })
  expect((await runCommand(['update', 'nothing', ...library])).code).not.toBe(0)
})
