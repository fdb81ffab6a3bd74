// The command that looks for what is wrong, and repairs it.
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { drawPattern, toPng } from '../../support/patterns.ts'
import { runCommand, runJson } from '../../support/run-command.ts'
import { createTempFolder } from '../../support/temp-folder.ts'

interface LintDocument {
  readonly findings: readonly {
    readonly rule: string
    readonly count: number
    readonly where: string | null
    readonly repair: { readonly name: string } | null
    readonly repaired: string | null
  }[]
  readonly repaired?: { readonly done: string; readonly changed: number }
}

it('[LI21] foible lint lists what it finds with the filter for it, and repairs one rule on demand', async () => {
  const folder = await createTempFolder()
  const library = ['--library', path.join(folder, 'library')]
  const images = path.join(folder, 'pictures')
  for (const [at, name] of ['cat', 'dog'].entries()) {
    await mkdir(path.join(images, name), { recursive: true })
    await writeFile(path.join(images, name, `${at}.png`), await toPng(drawPattern(at, 40, 40)))
  }
  await copyFile(path.join(images, 'cat/0.png'), path.join(images, 'dog/same.png'))
  await runJson(['import', images, ...library])

  const { findings, repaired } = (await runJson(['lint', 'pictures', ...library])) as LintDocument
  expect(repaired).toBeUndefined()
  const found = findings.find(({ rule }) => rule === 'exact_duplicates')!
  expect(found).toMatchObject({ count: 2, where: 'finding("exact_duplicates")', repair: { name: 'tag_duplicates' } })
  const page = (await runJson(['samples', 'pictures', '--where', found.where!, ...library])) as { total: number }
  expect(page.total).toBe(2)
  const text = await runCommand(['lint', 'pictures', ...library])
  expect(text.out).toContain('--fix exact_duplicates: Tag all but the first')

  const fixed = (await runJson(['lint', 'pictures', '--fix', 'exact_duplicates', ...library])) as LintDocument
  expect(fixed.repaired).toMatchObject({ changed: 1 })
  expect(fixed.findings.find(({ rule }) => rule === 'exact_duplicates')!.repaired).toBe(fixed.repaired!.done)
  const tagged = (await runJson(['samples', 'pictures', '--where', 'tagged("duplicate")', ...library])) as typeof page
  expect(tagged.total).toBe(1)

  expect((await runCommand(['lint', 'pictures', '--fix', 'exact_duplicates', ...library])).code).toBe(2)
  expect((await runCommand(['lint', 'pictures', '--fix', 'nothing', ...library])).code).toBe(3)
  expect((await runCommand(['lint', 'picture', ...library])).code).toBe(3)
})
